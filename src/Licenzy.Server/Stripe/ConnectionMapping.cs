using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Stripe;

/// <summary>Connections between the wire and their row.</summary>
internal sealed class ConnectionMapping(IOptions<LicenzyServerOptions> options, Ids ids, TimeProvider clock)
{
    public StripeConnectionRow ToRow(Scope scope, ConnectStripeRequest request, StripeConnectionRow? known, string? account, StripeConnectionSecrets secrets)
    {
        var now = Instant.Millis(clock.GetUtcNow());
        var previous = secrets.Rolled(scope, request, known, account, clock.GetUtcNow());
        return new StripeConnectionRow
        {
            WorkspaceId = scope.WorkspaceId,
            Mode = scope.Mode.ToWord(),
            Id = known?.Id ?? ids.New("con"),
            Status = StripeConnectionStore.Connected,
            // Another key may be another account's: what an earlier one verified says nothing of it.
            AccountId = account ?? (known is not null && secrets.Key(known) == request.SecretKey ? known.AccountId : null),
            KeyHint = $"{request.SecretKey[..8]}…{request.SecretKey[^4..]}",
            SecretKey = secrets.SealKey(scope, request.SecretKey),
            WebhookSecret = request.WebhookSecret is { } secret ? secrets.SealWebhookSecret(scope, secret) : null,
            PreviousWebhookSecret = previous?.Secret,
            PreviousWebhookSecretUntil = previous?.Until,
            VerifiedAt = account is null ? null : now,
            CreatedAt = known?.CreatedAt ?? now,
            UpdatedAt = now,
        };
    }

    public StripeConnectionResponse ToResponse(Mode mode, StripeConnectionRow? row, HttpContext context) => new()
    {
        Mode = mode.ToWord(),
        Status = row?.Status ?? "not_connected",
        AccountId = row?.AccountId,
        KeyHint = row?.KeyHint,
        WebhookUrl = row is null ? null : $"{PublicAddress.Of(options.Value, context)}/v1/webhooks/stripe/tenant?connection={row.Id}",
        WebhookSecretSet = row?.WebhookSecret is not null,
        PreviousWebhookSecretUntil = row?.HasPrevious(clock.GetUtcNow()) == true ? Instant.Of(row.PreviousWebhookSecretUntil) : null,
        RequiredEvents = StripeInbound.RequiredEvents.All,
        VerifiedAt = Instant.Of(row?.VerifiedAt),
    };
}
