using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Stripe;

/// <summary>The signing secret of before, sealed.</summary>
/// <param name="Secret">The secret.</param>
/// <param name="Until">From when on it is not accepted any more, in Unix milliseconds.</param>
internal sealed record PreviousSecret(byte[] Secret, long Until);

/// <summary>Which signing secret stays for a while when a new one comes (scenario 8): the one that was in use, and never more than one.</summary>
internal static class WebhookSecretRoll
{
    private const long DefaultOverlapHours = 24;

    public static PreviousSecret? Rolled(
        this StripeConnectionSecrets secrets, Scope scope, ConnectStripeRequest request, StripeConnectionRow? known, string? account, DateTimeOffset now)
    {
        // Another account's events must not get in by the secret of the one before.
        if (known is not { WebhookSecret: not null } || (account is not null && known.AccountId is not null && account != known.AccountId))
        {
            return null;
        }

        var present = secrets.TryWebhookSecret(known);
        var end = Instant.Millis(now.AddHours(request.OverlapHours ?? DefaultOverlapHours));
        var until = (request.WebhookSecret is null || request.WebhookSecret == present) switch
        {
            // Said again, the secret rolls nothing; the overlap can be made shorter.
            true when known.HasPrevious(now) => Math.Min(known.PreviousWebhookSecretUntil!.Value, request.OverlapHours is null ? long.MaxValue : end),
            true => 0,
            false => present is null ? 0 : end,
        };
        return until <= Instant.Millis(now) ? null
            : request.WebhookSecret is null || request.WebhookSecret == present ? new PreviousSecret(known.PreviousWebhookSecret!, until)
            : new PreviousSecret(secrets.SealPreviousWebhookSecret(scope, present!), until);
    }
}
