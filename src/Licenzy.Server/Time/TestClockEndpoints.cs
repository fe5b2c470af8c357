using System.Globalization;
using Licenzy.Domain;
using Licenzy.Portal;
using Licenzy.Server.Accounts;
using Licenzy.Server.Audit;
using Licenzy.Server.Changes;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Time;

/// <summary>
/// Moves time for the rights of test mode (CONTRACT §2). It goes forward only, as Stripe's test clocks do, since what was told cannot be untold;
/// giving it up returns to real time, and what then comes again is told again.
/// </summary>
internal sealed class TestClockEndpoints(Db db, Idempotency idempotency, AuditStore audit, TimeProvider clock)
{
    // Ten years: more than any right that is sold lasts.
    private const long MostSeconds = 315_360_000;
    private const long MostMillis = MostSeconds * 1000;
    private static readonly string TooFar = string.Create(CultureInfo.InvariantCulture, $"would put the clock more than ten years ({MostSeconds} seconds) ahead of real time.");

    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet("/test-clock", (PortalCaller caller, TestClockEndpoints clocks, HttpContext context) => clocks.ShowAsync(caller, context))
            .WithSummary("The clock that the rights of test mode are decided by");
        portal.MapPut("/test-clock", (Body<MoveTestClockRequest> body, IdempotencyKey key, PortalCaller caller, TestClockEndpoints clocks, HttpContext context) =>
                clocks.MoveAsync(body, key, caller, context))
            .WithSummary("Move the clock of test mode on, to an instant or by so many seconds")
            .Produces<TestClockResponse>();
        portal.MapDelete("/test-clock", (PortalCaller caller, TestClockEndpoints clocks, HttpContext context) => clocks.ResetAsync(caller, context))
            .WithSummary("Return test mode to real time");
    }

    private async Task<JsonAnswer<TestClockResponse>> ShowAsync(PortalCaller caller, HttpContext context)
    {
        RequireTestMode(context);
        var offset = await db.ReadAsync(session => TestClockStore.FindAsync(session, caller.WorkspaceId), context.RequestAborted).ConfigureAwait(false);
        return Answer(clock.GetUtcNow(), offset);
    }

    private Task<IResult> MoveAsync(Body<MoveTestClockRequest> body, IdempotencyKey key, PortalCaller caller, HttpContext context)
    {
        RequireTestMode(context);
        var request = body.Value;
        new FieldErrors()
            .Require(request.Now is null != request.AdvanceSeconds is null, "now", "give either now or advance_seconds.")
            .Range(request.AdvanceSeconds, "advance_seconds", 1, MostSeconds)
            .ThrowIfAny();
        return idempotency.RunAsync(context, caller.In(Mode.Test), key, body.Hash, async session =>
        {
            var now = clock.GetUtcNow();
            await TestClockStore.KnowAsync(session, caller.WorkspaceId, now).ConfigureAwait(false);
            var before = await TestClockStore.LockAsync(session, caller.WorkspaceId).ConfigureAwait(false);
            var after = request.Now is { } wanted ? Instant.Millis(wanted) - Instant.Millis(now) : before + (request.AdvanceSeconds!.Value * 1000);
            var field = request.Now is null ? "advance_seconds" : "now";
            new FieldErrors()
                .Require(after >= before, field, $"must not be before what the clock shows, {Time(now, before)}. DELETE /portal/test-clock returns to real time.")
                .Require(after <= MostMillis, field, TooFar)
                .ThrowIfAny();

            await TestClockStore.SaveAsync(session, caller.WorkspaceId, after, now).ConfigureAwait(false);
            await TellAsync(session, caller, "test_clock.moved", $"from {Time(now, before)} to {Time(now, after)}", now, context).ConfigureAwait(false);
            return Answer(now, after);
        });
    }

    private Task<JsonAnswer<TestClockResponse>> ResetAsync(PortalCaller caller, HttpContext context)
    {
        RequireTestMode(context);
        return db.WriteAsync(
            async session =>
            {
                var now = clock.GetUtcNow();
                var before = await TestClockStore.LockAsync(session, caller.WorkspaceId).ConfigureAwait(false);
                if (before != 0)
                {
                    await TestClockStore.SaveAsync(session, caller.WorkspaceId, 0, now).ConfigureAwait(false);
                    await HoldStore.RewindAsync(session, caller.In(Mode.Test), now).ConfigureAwait(false);
                    await TestClockStore.RewindAsync(session, caller.WorkspaceId, now).ConfigureAwait(false);
                    await TellAsync(session, caller, "test_clock.reset", $"from {Time(now, before)} to real time", now, context).ConfigureAwait(false);
                }

                return Answer(now, 0);
            },
            context.RequestAborted);
    }

    // Whoever says ?mode=live believes that live mode's time is moved.
    private static void RequireTestMode(HttpContext context)
    {
        if (PortalMode.Excludes(context, Mode.Test))
        {
            throw new RefusedException(Refusal.InvalidRequest("mode", "must be test, or left out: live mode keeps real time and has no clock to move."));
        }
    }

    // Every answer that anybody keeps is wrong at once, and things may be due.
    private async Task TellAsync(Session session, PortalCaller caller, string action, string detail, DateTimeOffset now, HttpContext context)
    {
        var scope = caller.In(Mode.Test);
        await audit.AddAsync(session, scope, new AuditEntry(caller.Actor, action, caller.WorkspaceId, detail), context).ConfigureAwait(false);
        session.Outdates(new SubjectOutdated(scope, SubjectRef: null, Rights: null));
        ChangeFeed.Append(session, scope, SubjectChanged.Everything, now);
        session.Wake(TimeWorker.Topic);
    }

    private static JsonAnswer<TestClockResponse> Answer(DateTimeOffset now, long offset) => new(new TestClockResponse
    {
        Now = now.AddMilliseconds(offset),
        OffsetSeconds = offset / 1000,
        IsSet = offset != 0,
    });

    private static string Time(DateTimeOffset now, long offset) =>
        now.AddMilliseconds(offset).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
