using Licenzy.Domain.Webhooks;
using Licenzy.Server.Accounts;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Starting;

/// <summary>Refuses settings that cannot work, before the first request: each message names the key, its value and the fix.</summary>
internal sealed class LicenzyServerOptionsValidation : IValidateOptions<LicenzyServerOptions>
{
    public ValidateOptionsResult Validate(string? name, LicenzyServerOptions options)
    {
        string?[] failures =
        [
            string.IsNullOrWhiteSpace(options.DataDirectory) ? "Licenzy:DataDirectory is empty. Name a folder this user may write, or leave it out." : null,
            DatabaseAddress.IsReadable(options.Database) ? null
                : "Licenzy:Database is neither 'Data Source=<file>' (SQLite) nor 'Host=<server>;…' (PostgreSQL), or holds a word or value its engine does not know.",
            options.EncryptionKey is null || EncryptionKeyFile.Parse(options.EncryptionKey) is not null ? null
                : "Licenzy:EncryptionKey is not base64 of exactly 32 bytes. Make one with: openssl rand -base64 32",
            options.RenewalLeewayHours is >= 0 and <= 720 ? null
                : $"Licenzy:RenewalLeewayHours is {options.RenewalLeewayHours}. It takes hours from 0 to 720; the default is 48.",
            Range("IdempotencyKeysPerWorkspace", options.IdempotencyKeysPerWorkspace, 1, 10_000_000, "Idempotency-Keys kept for one workspace; the default is 1000000"),
            Range("Snapshots", options.Snapshots, 0, 100_000_000, "subjects whose decision is kept in memory; 0 asks the database every time, the default is 2000000"),
            Range("RateLimiting:PermitsPerSecond", options.RateLimiting.PermitsPerSecond, 0, 1_000_000, "requests a second for each key; 0 turns the limit off, the default is 1000"),
            Range("RateLimiting:Burst", options.RateLimiting.Burst, 1, 10_000_000, "requests that a key may send at once; the default is 2000"),
            Range("RateLimiting:Concurrent", options.RateLimiting.Concurrent, 0, 100_000, "requests worked on at the same time; 0 turns the limit off, the default is 800"),
            Range("Changes:Listeners", options.Changes.Listeners, 1, 10_000, "connections to /v1/changes for each workspace; the default is 100"),
            options.Changes.HeartbeatSeconds is >= 1 and <= 15 ? null
                : $"Licenzy:Changes:HeartbeatSeconds is {options.Changes.HeartbeatSeconds}. It takes seconds from 1 to 15; the default is 15.",
            options.PublicUrl is null or { IsAbsoluteUri: true, Scheme: "http" or "https" } ? null
                : $"Licenzy:PublicUrl is '{options.PublicUrl}'. It takes an absolute http(s) address.",
            options.Stripe.ApiBase is { IsAbsoluteUri: true } api && (api.Scheme == "https" || (api.Scheme == "http" && api.IsLoopback)) ? null
                : $"Licenzy:Stripe:ApiBase is '{options.Stripe.ApiBase}'. It takes an https address; http only for loopback.",
            SigningSecret("WebhookSecret", options.Billing.WebhookSecret),
            SigningSecret("PreviousWebhookSecret", options.Billing.PreviousWebhookSecret),
            options.Billing.PreviousWebhookSecret is null || options.Billing.WebhookSecret is not null ? null
                : "Licenzy:Billing:PreviousWebhookSecret is set without Licenzy:Billing:WebhookSecret. Set the present secret too, or neither.",
            .. OutboundWebhooks(options.OutboundWebhooks),
            BootstrapKey("AdminKey", options.Bootstrap.AdminKey, KeyKind.Admin),
            BootstrapKey("TestKey", options.Bootstrap.TestKey, KeyKind.TestRuntime),
            BootstrapKey("LiveKey", options.Bootstrap.LiveKey, KeyKind.LiveRuntime),
            (options.Bootstrap.AdminEmail is null) == (options.Bootstrap.AdminPassword is null) ? null
                : "Licenzy:Bootstrap:AdminEmail and Licenzy:Bootstrap:AdminPassword belong together. Set both, or neither.",
            options.Bootstrap.AdminPassword is null or { Length: >= Passwords.Shortest and <= Passwords.Longest } ? null
                : $"Licenzy:Bootstrap:AdminPassword must be {Passwords.Shortest} to {Passwords.Longest} characters.",
        ];
        var real = failures.OfType<string>().ToList();
        return real.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(real);
    }

    private static string? Range(string setting, int value, int least, int most, string what) => value >= least && value <= most ? null
        : $"Licenzy:{setting} is {value}. It takes a whole number from {least} to {most}: {what}.";

    private static IEnumerable<string?> OutboundWebhooks(LicenzyServerOptions.OutboundWebhookOptions options) =>
    [
        .. Each(options.AllowedPrivateNetworks.Count, i => Networks.Find(options.AllowedPrivateNetworks[i]) is not null ? null
            : $"Licenzy:OutboundWebhooks:AllowedPrivateNetworks:{i} is '{options.AllowedPrivateNetworks[i]}'. It takes a network such as 10.0.0.0/8 or fd00::/8 (no bits behind the mask), or one address."),
        .. Each(options.AllowedPorts.Count, i => Range($"OutboundWebhooks:AllowedPorts:{i}", options.AllowedPorts[i], 1, 65535, "a port that endpoints may use besides 443 and 8443")),
        .. Each(options.Schedule.Count, i => options.Schedule[i] >= TimeSpan.Zero && options.Schedule[i] <= TimeSpan.FromDays(30) ? null
            : $"Licenzy:OutboundWebhooks:Schedule:{i} is '{options.Schedule[i]}'. It takes a time span from 00:00:00 to 30.00:00:00, such as 00:05:00 for five minutes."),
        options.Schedule.Count <= 50 ? null : $"Licenzy:OutboundWebhooks:Schedule has {options.Schedule.Count} delays. It takes at most 50; the default has 10.",
    ];

    // By their places: an iterator over each kind of entry is compiled anew at every start.
    private static IEnumerable<string?> Each(int count, Func<int, string?> wrong)
    {
        for (var i = 0; i < count; i++)
        {
            yield return wrong(i);
        }
    }

    private static string? SigningSecret(string setting, string? secret) =>
        secret is null || (secret is { Length: >= 14 and <= 255 } && secret.StartsWith("whsec_", StringComparison.Ordinal) && secret.All(letter => letter is > ' ' and <= '~')) ? null
            : $"Licenzy:Billing:{setting} is not a signing secret (whsec_…). Copy it from the endpoint in Stripe's dashboard, or leave it out.";

    // The key itself must not get into the message: it would end in a log.
    private static string? BootstrapKey(string setting, string? key, KeyKind kind) =>
        key is null || KeyFormat.KindOf(key) == kind ? null
            : $"Licenzy:Bootstrap:{setting} is not a well-formed key (it must begin with {kind.Prefix()} and carry a right checksum). Make one with: licenzy keys generate --kind {kind.Prefix().TrimEnd('_')}";
}
