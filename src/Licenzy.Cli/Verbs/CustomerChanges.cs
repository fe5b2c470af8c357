using System.CommandLine;
using System.Globalization;
using Licenzy.Access;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary>What an operator does for a customer: give a right, take one back, correct a balance.</summary>
internal static class CustomerChanges
{
    public static Command Grant()
    {
        var (subject, mode, reason) = (CustomersCommand.Subject(), PortalVerb.Mode(), Reason());
        var product = new Argument<string>("product") { Description = "The product whose right is given." };
        var units = new Option<long?>("--units") { Description = "Units instead of the product's." };
        var expires = CommonOptions.Instant("--expires-at", "When it ends, instead of the product's duration.");
        return PortalVerb.Create("grant", "Give a subject a right by hand.", [subject, product, reason, units, expires, mode], async call =>
        {
            var request = new GrantRequest
            {
                ProductCode = call.Parsed.GetValue(product)!,
                Units = call.Parsed.GetValue(units),
                ExpiresAt = call.Parsed.GetValue(expires),
                Reason = call.Parsed.GetValue(reason)!,
            };
            Tell(
                call,
                await call.Portal.GrantAsync(call.Parsed.GetValue(subject)!, call.Parsed.GetValue(mode)!, request, call.CancellationToken).ConfigureAwait(false),
                right => $"{right.SubjectRef} holds {right.ProductCode}: {right.Id}, {right.AvailabilityReason}{(right.ExpiresAt is { } end ? $", until {PortalCall.Time(end)}" : "")}");
        });
    }

    public static Command Revoke()
    {
        var (subject, right, mode, reason) = (CustomersCommand.Subject(), Right(), PortalVerb.Mode(), Reason());
        return PortalVerb.Create("revoke", "Take a right back for good, whoever gave it. A subscription goes on at Stripe until it is cancelled there.", [subject, right, reason, mode], async call =>
        {
            var (name, id, word) = (call.Parsed.GetValue(subject)!, call.Parsed.GetValue(right)!, call.Parsed.GetValue(mode)!);
            var revoking = call.Portal.RevokeGrantAsync(name, id, word, new RevokeGrantRequest { Reason = call.Parsed.GetValue(reason)! }, call.CancellationToken);
            Tell(call, await CustomersCommand.FoundAsync(revoking, Nothing(name, id, word)).ConfigureAwait(false), Revoked);
        });
    }

    public static Command Adjust()
    {
        var (subject, right, mode, reason) = (CustomersCommand.Subject(), Right(), PortalVerb.Mode(), Reason());
        var units = new Option<long>("--units") { Description = "Units to add, such as 50, or to take, such as -50.", Required = true };
        return PortalVerb.Create("adjust", "Correct the units left in a right. Never below zero.", [subject, right, units, reason, mode], async call =>
        {
            var (name, id, word) = (call.Parsed.GetValue(subject)!, call.Parsed.GetValue(right)!, call.Parsed.GetValue(mode)!);
            var request = new AdjustUsageRequest { EntitlementId = id, Units = call.Parsed.GetValue(units), Reason = call.Parsed.GetValue(reason)! };
            var adjusting = call.Portal.AdjustUsageAsync(name, word, request, call.CancellationToken);
            Tell(call, await CustomersCommand.FoundAsync(adjusting, Nothing(name, id, word)).ConfigureAwait(false), changed => string.Create(
                CultureInfo.InvariantCulture, $"{changed.ProductCode} of {changed.SubjectRef} has {changed.UsageRemaining} unit{(changed.UsageRemaining == 1 ? "" : "s")} left ({request.Units:+0;-0})."));
        });
    }

    private static Option<string> Reason() => new("--reason") { Description = "Why, for the history and the audit log.", Required = true };

    private static Argument<string> Right() => new("right") { Description = "The right's id, ent_…, as licenzy customers show lists it." };

    private static string Nothing(string subject, string right, string mode) => $"{subject} has no right {right} in {mode} mode.";

    private static string Revoked(EntitlementResponse right) =>
        $"{right.ProductCode} of {right.SubjectRef} is revoked: {right.Id}."
        + (right.StripeSubscriptionId is { } subscription ? $" Stripe still bills {subscription}: cancel it there." : "");

    private static void Tell(PortalCall call, EntitlementResponse right, Func<EntitlementResponse, string> say) =>
        call.Tell(right, LicenzyJson.Default.EntitlementResponse, changed => Console.WriteLine(say(changed)));
}
