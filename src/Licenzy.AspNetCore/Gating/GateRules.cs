using System.Collections.Immutable;
using System.Text.Json;
using Licenzy.Access;

namespace Licenzy.AspNetCore.Gating;

/// <summary>Whether what a subject holds opens a gate.</summary>
internal static class GateRules
{
    public static EntitlementDecision Decide(ImmutableArray<string> anyOf, CustomerAccessResponse access)
    {
        var relevant = access.Entitlements.Where(right => anyOf.IsEmpty || anyOf.Any(code => Concerns(right, code))).ToList();
        var open = relevant.FirstOrDefault(right => right.Available);
        return new()
        {
            Outcome = open is null ? GateOutcome.NotEntitled : GateOutcome.Granted,
            Required = anyOf,
            SubjectRef = access.SubjectRef,
            // Rights come best first: the first that is closed is the one the customer would want to know about.
            Entitlement = open ?? relevant.FirstOrDefault(),
            Reason = (open ?? relevant.FirstOrDefault())?.AvailabilityReason,
            Access = access,
        };
    }

    // Only a plain true grants: a number or a text of a feature says how much or which, not whether.
    private static bool Concerns(EntitlementSummary right, string code) =>
        right.ProductCode == code || (right.Features.TryGetValue(code, out var value) && value.ValueKind == JsonValueKind.True);
}
