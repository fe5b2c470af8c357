using Microsoft.AspNetCore.Authorization;

namespace Licenzy.AspNetCore.Gating;

/// <summary>Knows the gates' policies and leaves all others to the provider that was registered before.</summary>
internal sealed class EntitlementPolicyProvider(IAuthorizationPolicyProvider inner) : IAuthorizationPolicyProvider
{
    // Forwarded: the interface's default is false, and every request would combine its policies anew.
    public bool AllowsCachingPolicies => inner.AllowsCachingPolicies;

    public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
        EntitlementPolicy.TryParse(policyName) is { } gate ? Task.FromResult<AuthorizationPolicy?>(gate) : inner.GetPolicyAsync(policyName);

    public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => inner.GetDefaultPolicyAsync();

    public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => inner.GetFallbackPolicyAsync();
}
