using System.Runtime.CompilerServices;
using Licenzy.Domain.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What every delivery to an endpoint has in common, worked out once for all that were claimed together.</summary>
/// <param name="Fault">Why nothing may be sent there.</param>
/// <param name="Url">Where to.</param>
/// <param name="Secret">What to sign with.</param>
/// <param name="Previous">What was signed with before.</param>
/// <param name="PreviousUntil">How long both sign, in milliseconds.</param>
internal sealed record Letterhead(TargetFault? Fault, Uri? Url, string? Secret, string? Previous, long PreviousUntil)
{
    public IEnumerable<string> SecretsAt(DateTimeOffset at) => Previous is not null && at.ToUnixTimeMilliseconds() < PreviousUntil ? [Secret!, Previous] : [Secret!];
}

/// <summary>Works them out; one lives as long as the row it is of.</summary>
internal sealed class Letterheads(Targets targets, EndpointSecrets secrets)
{
    private readonly ConditionalWeakTable<EndpointRow, Letterhead> _known = [];

    /// <exception cref="System.Security.Cryptography.CryptographicException">The database's key is another one, or the row was changed.</exception>
    public Letterhead Of(EndpointRow endpoint)
    {
        if (_known.TryGetValue(endpoint, out var known))
            return known;
        // The settings may have changed since the address was saved; where its name leads to is asked at the dialling.
        var fault = TargetRules.OfText(endpoint.Url, endpoint.Scope.Mode, targets.Policy);
        var made = fault is not null
            ? new Letterhead(fault, null, null, null, 0)
            : new Letterhead(null, new Uri(endpoint.Url), secrets.Open(endpoint), secrets.OpenPrevious(endpoint), endpoint.PreviousSecretUntil ?? 0);
        return _known.GetValue(endpoint, _ => made);
    }
}
