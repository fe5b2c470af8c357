using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Checkout;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Portal;

/// <summary>The workspace's own Stripe account, one mode at a time; secrets go in and never come out (CONTRACT §2).</summary>
internal sealed class StripeConnectionEndpoints(
    Idempotency idempotency, StripeConnectionSecrets secrets, IStripeGateway stripe, AuditStore audit, ConnectionMapping mapping)
{
    // Shorter than any of Stripe's, and long enough that prefix and last four do not tell it.
    private const int ShortestSecret = 8;

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet(
                "/stripe/connection",
                (PortalCaller caller, Db db, StripeConnectionEndpoints connections, HttpContext context) => connections.ShowAsync(caller, db, context))
            .WithSummary("Both modes' connections");
        portal.MapMethods(
                "/stripe/connection",
                [HttpMethods.Put, HttpMethods.Post],
                (Body<ConnectStripeRequest> body, IdempotencyKey key, PortalCaller caller, StripeConnectionEndpoints connections, HttpContext context) =>
                    connections.SaveAsync(body, key, caller, context))
            .WithSummary("Save one mode's credentials")
            .Produces<StripeConnectionResponse>()
            .Produces<LicenzyProblem>(StatusCodes.Status409Conflict, "application/problem+json");
    }

    private async Task<JsonAnswer<StripeConnectionsResponse>> ShowAsync(PortalCaller caller, Db db, HttpContext context)
    {
        var rows = await db.ReadAsync(session => StripeConnectionStore.ListAsync(session, caller.WorkspaceId), context.RequestAborted).ConfigureAwait(false);
        return new JsonAnswer<StripeConnectionsResponse>(new StripeConnectionsResponse
        {
            Data = [.. Enum.GetValues<Mode>().Select(mode => mapping.ToResponse(mode, rows.FirstOrDefault(row => row.Mode == mode.ToWord()), context))],
        });
    }

    private async Task<IResult> SaveAsync(Body<ConnectStripeRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var request = body.Value;
        var mode = Words.Find<Mode>(request.Mode);
        new FieldErrors()
            .Require(mode is not null, "mode", $"must be one of: {Words.List<Mode>()}.")
            .Require(mode is null || IsKeyOf(mode.Value, request.SecretKey), "secret_key", $"must be a secret or restricted Stripe key of {request.Mode} mode: sk_{request.Mode}_… or rk_{request.Mode}_….")
            .Require(request.WebhookSecret is null || IsSecret(request.WebhookSecret, "whsec_"), "webhook_secret", "must be the signing secret of the endpoint in Stripe's dashboard, whsec_….")
            .ThrowIfAny();

        var scope = caller.In(mode!.Value);
        string? account = null;
        async Task AskStripeAsync() => account = request.Verify == false ? null : await VerifiedAsync(request.SecretKey, context).ConfigureAwait(false);
        return await idempotency.RunAfterAsync(context, scope, key, body.Hash, AskStripeAsync, async session =>
        {
            var known = await StripeConnectionStore.FindAsync(session, scope).ConfigureAwait(false);
            var next = await StripeConnectionStore.SaveAsync(session, mapping.ToRow(scope, request, known, account, secrets)).ConfigureAwait(false);
            if (known?.AccountId is { } former && next.AccountId is { } present && present != former)
            {
                await CheckoutAttemptStore.ForgetCustomersAsync(session, scope).ConfigureAwait(false);
            }

            await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "stripe.connected", next.Id, $"{next.KeyHint}, account {next.AccountId ?? "not verified"}"), context)
                .ConfigureAwait(false);
            return new JsonAnswer<StripeConnectionResponse>(mapping.ToResponse(mode.Value, next, context));
        }).ConfigureAwait(false);
    }

    private async Task<string?> VerifiedAsync(string secretKey, HttpContext context) =>
        await stripe.GetAccountAsync(secretKey, context.RequestAborted).ConfigureAwait(false) switch
        {
            { Value: { } account } => account.Id,
            // Stripe knows the key, though it may not tell whose it is.
            { Failure.IsNotPermitted: true } when secretKey.StartsWith("rk_", StringComparison.Ordinal) => null,
            { Failure.IsUnreachable: true } => throw new RefusedException(Refusal.Unavailable("Stripe could not be reached to verify the key. Try again, or send \"verify\": false.", 5)),
            { Failure: { } failure } => throw new RefusedException(Refusal.InvalidRequest("secret_key", $"Stripe refused the key ({failure.Code}).")),
            _ => throw new InvalidOperationException("Stripe answered neither yes nor no."),
        };

    private static bool IsKeyOf(Mode mode, string key) => IsSecret(key, $"sk_{mode.ToWord()}_") || IsSecret(key, $"rk_{mode.ToWord()}_");

    private static bool IsSecret(string text, string prefix) =>
        text.Length >= prefix.Length + ShortestSecret && text.Length <= 255 && text.StartsWith(prefix, StringComparison.Ordinal) && text.All(letter => letter is > ' ' and <= '~');
}

/// <summary>Connections between the wire and their row.</summary>
internal sealed class ConnectionMapping(IOptions<LicenzyServerOptions> options, Ids ids, TimeProvider clock)
{
    public StripeConnectionRow ToRow(Scope scope, ConnectStripeRequest request, StripeConnectionRow? known, string? account, StripeConnectionSecrets secrets)
    {
        var now = Instant.Millis(clock.GetUtcNow());
        return new StripeConnectionRow
        {
            WorkspaceId = scope.WorkspaceId,
            Mode = scope.Mode.ToWord(),
            Id = known?.Id ?? ids.New("con"),
            Status = "connected",
            // Another key may be another account's: what an earlier one verified says nothing of it.
            AccountId = account ?? (known is not null && secrets.Key(known) == request.SecretKey ? known.AccountId : null),
            KeyHint = $"{request.SecretKey[..8]}…{request.SecretKey[^4..]}",
            SecretKey = secrets.SealKey(scope, request.SecretKey),
            WebhookSecret = request.WebhookSecret is { } secret ? secrets.SealWebhookSecret(scope, secret) : null,
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
        RequiredEvents = StripeInbound.RequiredEvents.All,
        VerifiedAt = Instant.Of(row?.VerifiedAt),
    };
}
