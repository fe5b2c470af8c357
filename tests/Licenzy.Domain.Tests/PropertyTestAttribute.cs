using NUnit.Framework.Interfaces;

namespace Licenzy.Domain.Tests;

/// <summary>A sentence that must hold for everything that can be. A failure prints its replay seed and the smallest case found.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PropertyTestAttribute : FsCheck.NUnit.PropertyAttribute, IImplyFixture
{
    public PropertyTestAttribute()
    {
        MaxTest = 1000;
        QuietOnSuccess = true;
        Arbitrary = [typeof(Anything), typeof(Lifecycles), typeof(PurchaseLives)];
    }
}
