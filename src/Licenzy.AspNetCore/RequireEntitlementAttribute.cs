using Licenzy.AspNetCore.Gating;
using Microsoft.AspNetCore.Authorization;

namespace Licenzy.AspNetCore;

/// <summary>
/// Opens an endpoint, controller, page, hub or hub method to subjects with a usable right. On a class and on its method, both must be met.
/// Needs <c>services.AddLicenzyGating()</c>; without it every call fails.
/// </summary>
/// <remarks>Adds no sign-in of its own: put <c>[Authorize]</c> beside it where the caller must be authenticated.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequireEntitlementAttribute : AuthorizeAttribute
{
    /// <summary>Any usable right will do.</summary>
    public RequireEntitlementAttribute()
        : this([])
    {
    }

    /// <summary>One of these is needed: a usable right of that product code, or a feature of that code set to <c>true</c> by a usable right.</summary>
    /// <param name="anyOf">Product or feature codes, compared ordinally; repeat the attribute to need several.</param>
    public RequireEntitlementAttribute(params string[] anyOf)
        : base(EntitlementPolicy.NameOf(anyOf)) => AnyOf = [.. anyOf];

    /// <summary>The product or feature codes of which one is needed; empty where any usable right will do.</summary>
    public IReadOnlyList<string> AnyOf { get; }

    /// <summary>Names the requirement for ASP.NET Core. Not to be set: another policy here would take the gate away.</summary>
    public new string Policy => base.Policy!;
}
