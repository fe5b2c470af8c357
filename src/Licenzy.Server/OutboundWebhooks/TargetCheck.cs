using Licenzy.Domain;
using Licenzy.Domain.Webhooks;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Whether an address may become an endpoint's: its text, and where its name leads to now. What it leads to later is asked at each dialling.</summary>
internal sealed class TargetCheck(Targets targets)
{
    /// <summary>Why not, or <see langword="null"/>. It asks a name server, for five seconds at most, so call it outside transactions.</summary>
    public async Task<TargetFault?> CheckAsync(string url, Mode mode, CancellationToken cancellationToken)
    {
        if (TargetRules.OfText(url, mode, targets.Policy) is { } fault)
            return fault;
        var target = new Uri(url);
        return (await targets.FindAsync(target.DnsSafeHost, target.Port, cancellationToken).ConfigureAwait(false)).Fault;
    }
}
