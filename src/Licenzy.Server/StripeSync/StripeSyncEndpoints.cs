using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.StripeSync;

/// <summary>What is at Stripe and not here: missed events, differences, subscribers of before (CONTRACT §2). Each call does a part and says where to go on.</summary>
internal sealed class StripeSyncEndpoints(Idempotency idempotency, StripeTalks talks, Reconciler reconciler, Importer importer, Meters meters)
{
    private const int LongestKey = 40;
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(5);
    private static readonly Refusal InProgress = Refusal.Conflict(ErrorCodes.CatchUpInProgress, "Another server or call is catching up with Stripe in this mode. Try again in a minute.");

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapPost(
                "/stripe/catch-up",
                (PortalMode mode, IdempotencyKey key, PortalCaller caller, StripeSyncEndpoints sync, CatchUp catchUp, HttpContext context) =>
                    sync.CatchUpAsync(caller.In(mode.Value), key, catchUp, context))
            .WithSummary("Take in what happened at Stripe and was not delivered")
            .WithMode()
            .Produces<CatchUpStripeResponse>()
            .RefusingAlso(StatusCodes.Status409Conflict, StatusCodes.Status502BadGateway);
        portal.MapPost(
                "/stripe/reconcile",
                (PortalMode mode, Body<ReconcileStripeRequest> body, IdempotencyKey key, PortalCaller caller, StripeSyncEndpoints sync, HttpContext context) =>
                    sync.ReconcileAsync(mode, body, key, caller, context))
            .WithSummary("Compare rights with Stripe, and mend them where told to")
            .WithMode()
            .Produces<ReconcileStripeResponse>()
            .RefusingAlso(StatusCodes.Status409Conflict, StatusCodes.Status502BadGateway);
        portal.MapPost(
                "/stripe/import",
                (PortalMode mode, Body<ImportStripeRequest> body, IdempotencyKey key, PortalCaller caller, StripeSyncEndpoints sync, HttpContext context) =>
                    sync.ImportAsync(mode, body, key, caller, context))
            .WithSummary("Give rights to subscribers that no right here stands for")
            .WithMode()
            .Produces<ImportStripeResponse>()
            .RefusingAlso(StatusCodes.Status409Conflict, StatusCodes.Status502BadGateway);
    }

    private async Task<IResult> CatchUpAsync(Scope scope, IdempotencyKey key, CatchUp catchUp, HttpContext context)
    {
        CatchUpStep step = null!;
        return await idempotency.RunAfterAsync(
            context, scope, key, Idempotency.NoBody,
            async () => step = await catchUp.StepsAsync(scope, LongestCatchUp, context.RequestAborted).ConfigureAwait(false) ?? throw new RefusedException(InProgress),
            _ => Task.FromResult<IRepeatableAnswer>(new JsonAnswer<CatchUpStripeResponse>(step.ToResponse(scope.Mode)))).ConfigureAwait(false);
    }

    private async Task<IResult> ReconcileAsync(
        PortalMode mode, Body<ReconcileStripeRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var (request, scope) = (body.Value, caller.In(mode.Value));
        var place = PlaceOf(request.Cursor) ?? Place.Beginning;
        var dryRun = request.DryRun ?? true;
        ReconcileStep step = null!;
        return await idempotency.RunAfterAsync(
            context, scope, key, body.Hash,
            async () =>
            {
                var talk = await talks.OpenAsync(scope, context.RequestAborted).ConfigureAwait(false);
                step = await reconciler.StepAsync(talk, scope, place, keeps: !dryRun, caller.Actor).ConfigureAwait(false);
                step.Drifts.ToList().ForEach(drift => meters.Drifted(drift.Kind.ToWord(), drift.IsRepaired));
            },
            _ => Task.FromResult<IRepeatableAnswer>(new JsonAnswer<ReconcileStripeResponse>(step.ToResponse(scope.Mode, dryRun)))).ConfigureAwait(false);
    }

    private async Task<IResult> ImportAsync(PortalMode mode, Body<ImportStripeRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        var (request, scope) = (body.Value, caller.In(mode.Value));
        var place = PlaceOf(request.Cursor);
        new FieldErrors()
            .Require(place is null or { Phase: Phase.Subscriptions }, "cursor", "must be a next_cursor that this route gave.")
            .Require(request.SubjectMetadataKey is not { } name || (name.Length is > 0 and <= LongestKey && name.All(letter => letter is >= ' ' and <= '~')), "subject_metadata_key", "must be 1 to 40 visible characters.")
            .ThrowIfAny();
        var dryRun = request.DryRun ?? true;
        ImportStep step = null!;
        return await idempotency.RunAfterAsync(
            context, scope, key, body.Hash,
            async () =>
            {
                var talk = await talks.OpenAsync(scope, context.RequestAborted).ConfigureAwait(false);
                step = await importer.StepAsync(
                    talk, scope, new ImportRule(request.SubjectMetadataKey, request.ByEmail ?? false), place ?? Place.Beginning, keeps: !dryRun, caller.Actor).ConfigureAwait(false);
            },
            _ => Task.FromResult<IRepeatableAnswer>(new JsonAnswer<ImportStripeResponse>(step.ToResponse(scope.Mode, dryRun)))).ConfigureAwait(false);
    }

    private static Place? PlaceOf(string? cursor) => cursor is null ? null
        : Place.Of(cursor) ?? throw new RefusedException(Refusal.InvalidRequest("cursor", "must be a next_cursor that this route gave."));
}

/// <summary>Comparisons and imports as answers.</summary>
internal static class StripeSyncMapping
{
    public static CatchUpStripeResponse ToResponse(this CatchUpStep step, Mode mode) => new()
    {
        Mode = mode.ToWord(), Since = step.Since, Through = step.Through, Listed = step.Listed, Missed = step.Missed, Complete = step.IsComplete,
    };

    public static ReconcileStripeResponse ToResponse(this ReconcileStep step, Mode mode, bool dryRun) => new()
    {
        Mode = mode.ToWord(),
        DryRun = dryRun,
        Phase = step.Reached.ToWord(),
        Checked = step.Checked,
        Repaired = step.Drifts.Count(drift => drift.IsRepaired),
        Data = [.. step.Drifts.Select(ToResponse)],
        NextCursor = step.Next?.ToCursor(),
    };

    public static ImportStripeResponse ToResponse(this ImportStep step, Mode mode, bool dryRun) => new()
    {
        Mode = mode.ToWord(),
        DryRun = dryRun,
        Checked = step.Checked,
        Imported = step.Found.Count(found => found.IsImported),
        Data = [.. step.Found.Select(ToResponse)],
        NextCursor = step.Next?.ToCursor(),
    };

    private static StripeDriftResponse ToResponse(Drift drift) => new()
    {
        Kind = drift.Kind.ToWord(),
        ObjectId = drift.ObjectId,
        SubjectRef = drift.SubjectRef,
        EntitlementId = drift.EntitlementId,
        Here = drift.Here,
        AtStripe = drift.AtStripe,
        Repair = drift.Repair,
        Repaired = drift.IsRepaired,
    };

    private static StripeImportResponse ToResponse(Found found) => new()
    {
        SubscriptionId = found.Subscription.SubscriptionId,
        CustomerId = found.Subscription.CustomerId,
        SubjectRef = found.Subscription.SubjectRef,
        FoundBy = found.FoundBy,
        Right = found.Right,
        Outcome = found.IsImported ? "imported" : found.Right is null ? "no_subject" : "importable",
    };
}
