using System.Collections.Immutable;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Licenzy.AspNetCore.Gating;

/// <summary>Asks about the subject once and decides all gates of an endpoint with the answer.</summary>
internal sealed class EntitlementGate(ILicenzyClient client, ISubjectResolver subjects, ILogger<EntitlementGate> log)
{
    public async Task<IReadOnlyList<EntitlementDecision>> DecideAsync(
        IReadOnlyList<EntitlementRequirement> gates, ClaimsPrincipal user, HttpContext? context, CancellationToken cancellationToken)
    {
        var subject = await subjects.ResolveAsync(user, context, cancellationToken);
        if (string.IsNullOrEmpty(subject))
        {
            Log.NoSubject(log);
            return ForAll(gates, new() { Outcome = GateOutcome.NoSubject, Required = [] });
        }

        try
        {
            return gates.All(gate => gate.AnyOf.IsEmpty)
                ? await CheckAsync(gates, subject, cancellationToken)
                : await SummariseAsync(gates, subject, cancellationToken);
        }
        catch (Exception refused) when (refused is ArgumentException or LicenzyApiException { StatusCode: HttpStatusCode.BadRequest })
        {
            // No customer has an id the server does not take: not a failure of ours, and asking again would not help.
            Log.ImpossibleSubject(log, refused.Message);
            return ForAll(gates, new() { Outcome = GateOutcome.NoSubject, Required = [] });
        }
        catch (LicenzyApiException failure)
        {
            Log.NoDecision(log, failure.Code, failure.RequestId, failure);
            return ForAll(gates, new() { Outcome = GateOutcome.Unavailable, Required = [], SubjectRef = subject, RetryAfter = failure.RetryAfter });
        }
    }

    private async Task<IReadOnlyList<EntitlementDecision>> CheckAsync(
        IReadOnlyList<EntitlementRequirement> gates, string subject, CancellationToken cancellationToken)
    {
        var access = await client.CheckAccessAsync(subject, cancellationToken);
        return ForAll(gates, new()
        {
            Outcome = access.Allowed ? GateOutcome.Granted : GateOutcome.NotEntitled,
            Required = ImmutableArray<string>.Empty,
            SubjectRef = subject,
            Reason = access.Reason,
        });
    }

    private async Task<IReadOnlyList<EntitlementDecision>> SummariseAsync(
        IReadOnlyList<EntitlementRequirement> gates, string subject, CancellationToken cancellationToken)
    {
        var access = await client.GetCustomerAccessAsync(subject, cancellationToken);
        return [.. gates.Select(gate => GateRules.Decide(gate.AnyOf, access))];
    }

    private static List<EntitlementDecision> ForAll(IReadOnlyList<EntitlementRequirement> gates, EntitlementDecision same) =>
        [.. gates.Select(gate => same with { Required = gate.AnyOf })];
}
