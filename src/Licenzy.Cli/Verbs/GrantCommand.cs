using System.CommandLine;
using System.Text.Json;
using Licenzy.Json;
using Licenzy.Portal;

namespace Licenzy.Cli.Verbs;

/// <summary><c>licenzy grant</c>: a right given by hand.</summary>
internal static class GrantCommand
{
    public static Command Create()
    {
        var subject = new Argument<string>("subject") { Description = "Your own id of the customer." };
        var product = new Argument<string>("product") { Description = "The product whose right is given." };
        var reason = new Option<string>("--reason") { Description = "Why, for the audit log.", Required = true };
        var units = new Option<long?>("--units") { Description = "Units instead of the product's." };
        var expires = new Option<DateTimeOffset?>("--expires-at") { Description = "When it ends, such as 2027-01-31T00:00:00Z, instead of the product's duration." };
        var mode = PortalVerb.Mode();
        var (url, json) = (CommonOptions.Url(), CommonOptions.Json());
        var key = CommonOptions.Secret("--admin-key", "LICENZY_ADMIN_KEY", "An admin key, lz_admin_…");
        var command = new Command("grant", "Give a subject a right by hand.") { subject, product, reason, units, expires, mode, url, key.Option, json };
        command.SetAction((parsed, cancellationToken) => CommonOptions.TalkAsync(async () =>
        {
            using var portal = LicenzyPortalClient.Create(CommonOptions.Impatient(new LicenzyPortalClientOptions { BaseAddress = parsed.GetValue(url), AdminKey = key.Value(parsed) }));
            var request = new GrantRequest
            {
                ProductCode = parsed.GetValue(product)!,
                Units = parsed.GetValue(units),
                ExpiresAt = parsed.GetValue(expires)?.ToUniversalTime(),
                Reason = parsed.GetValue(reason)!,
            };
            var right = await portal.GrantAsync(parsed.GetValue(subject)!, parsed.GetValue(mode)!, request, cancellationToken).ConfigureAwait(false);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(right, LicenzyJson.Default.EntitlementResponse)
                : $"{right.SubjectRef} holds {right.ProductCode}: {right.Id}, {right.AvailabilityReason}{(right.ExpiresAt is { } end ? $", until {end:u}" : "")}");
            return 0;
        }));
        return command;
    }
}
