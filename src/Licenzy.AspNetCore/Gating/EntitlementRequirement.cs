using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;

namespace Licenzy.AspNetCore.Gating;

/// <summary>One gate. Immutable: ASP.NET Core keeps an endpoint's combined policy for the life of the application.</summary>
internal sealed class EntitlementRequirement(ImmutableArray<string> anyOf) : IAuthorizationRequirement
{
    public ImmutableArray<string> AnyOf { get; } = anyOf;

    /// <summary>What authorization logs print of a failed requirement.</summary>
    public override string ToString() =>
        AnyOf.IsEmpty ? "Requires any usable entitlement." : $"Requires the entitlement {string.Join(" or ", AnyOf)}.";
}
