using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Stripe;

/// <summary>The workspace's own Stripe account, one mode at a time; secrets go in and never come out (CONTRACT §2).</summary>
internal sealed class StripeConnectionEndpoints(
    Idempotency idempotency, StripeConnectionSecrets secrets, IStripeGateway stripe, AuditStore audit, ConnectionMapping mapping)
{
    // Shorter than any of Stripe's, and long enough that prefix and last four do not tell it.
    private const int ShortestSecret = 8;
    private const long LongestOverlapHours = 168;

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet(
                "/stripe/connection",
                (PortalCaller caller, Db db, StripeConnectionEndpoints connections, HttpContext context) => connections.ShowAsync(caller, db, context))
            .WithSummary("Both modes' connections");
        portal.MapMethods(
                "/stripe/connection",
                [HttpMethods.Put, HttpMethods.Post],
                (Body<ConnectStripeRequest> body, IdempotencyKey key, PortalCaller caller, PlanGate plans, Db db, StripeConnectionEndpoints connections, HttpContext context) =>
                    connections.SaveAsync(body, key, caller, context, scope => AllowAsync(scope, caller, plans, db, context)))
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

    private async Task<IResult> SaveAsync(Body<ConnectStripeRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context, Func<Scope, Task> allow)
    {
        var request = body.Value;
        var mode = Words.Find<Mode>(request.Mode);
        new FieldErrors()
            .Require(mode is not null, "mode", $"must be one of: {Words.List<Mode>()}.")
            .Require(mode is null || IsKeyOf(mode.Value, request.SecretKey), "secret_key", $"must be a secret or restricted Stripe key of {request.Mode} mode: sk_{request.Mode}_… or rk_{request.Mode}_….")
            .Require(request.WebhookSecret is null || IsSecret(request.WebhookSecret, "whsec_"), "webhook_secret", "must be the signing secret of the endpoint in Stripe's dashboard, whsec_….")
            .Range(request.OverlapHours, "overlap_hours", 0, LongestOverlapHours)
            .Require(request.OverlapHours is null || request.WebhookSecret is not null, "overlap_hours", "is about a new webhook_secret; send both.")
            .ThrowIfAny();

        var scope = caller.In(mode!.Value);
        string? account = null;
        async Task AskStripeAsync()
        {
            await allow(scope).ConfigureAwait(false);
            account = request.Verify == false ? null : await VerifiedAsync(request.SecretKey, context).ConfigureAwait(false);
        }

        return await idempotency.RunAfterAsync(context, scope, key, body.Hash, AskStripeAsync, async session =>
        {
            var known = await StripeConnectionStore.LockAsync(session, scope).ConfigureAwait(false);
            var next = await StripeConnectionStore.SaveAsync(session, mapping.ToRow(scope, request, known, account, secrets)).ConfigureAwait(false);
            if (known?.AccountId is { } former && next.AccountId is { } present && present != former)
            {
                await StripeCustomerStore.ForgetAllAsync(session, scope).ConfigureAwait(false);
            }

            await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, "stripe.connected", next.Id, $"{next.KeyHint}, account {next.AccountId ?? "not verified"}"), context)
                .ConfigureAwait(false);
            return new JsonAnswer<StripeConnectionResponse>(mapping.ToResponse(mode.Value, next, context));
        }).ConfigureAwait(false);
    }

    // A connection that is there may always be mended: its secrets roll, and Stripe's events go on coming.
    private static async Task AllowAsync(Scope scope, PortalCaller caller, PlanGate plans, Db db, HttpContext context)
    {
        if (await db.ReadAsync(session => StripeConnectionStore.FindAsync(session, scope), context.RequestAborted).ConfigureAwait(false) is null)
        {
            await plans.RequireAsync(caller, scope.Mode, context.RequestAborted).ConfigureAwait(false);
        }
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
