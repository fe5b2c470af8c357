using Licenzy.Server.Accounts;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Licenzy.Server.Changes;

/// <summary>Tells of every change the moment it is committed (CONTRACT §1): server-sent events, which end with the key, the server or the listener.</summary>
internal sealed class ChangeEndpoints(FeedReader feed, FeedPosition positions, ChangeAudience audience, Db db, TimeProvider clock)
{
    // More is quicker asked for anew.
    private const int LongestBacklog = 10_000;
    private const int AtOnce = 1000;
    private const string FromNow = "Last-Event-ID is no position of this feed: starting from now";

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/changes", (Caller caller, ChangeEndpoints changes, HttpContext context) => changes.FollowAsync(caller, context))
            .WithSummary("Hear of every change as it happens, as server-sent events; Last-Event-ID resumes")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .LastingLong();

    private async Task<IResult> FollowAsync(Caller caller, HttpContext context)
    {
        using var ending = audience.UntilItLeaves(context);
        using var listener = await feed.ListenAsync(caller.Scope, ending.Token).ConfigureAwait(false);
        // It counts itself: of many who come at once, none is beyond the bound.
        if (!audience.HasRoom(feed, caller.Scope))
            return ChangeAudience.Full;
        var head = await db.ReadAsync(ChangeFeed.HeadAsync, ending.Token).ConfigureAwait(false);
        var stream = Begin(context, caller);
        try
        {
            await BacklogAsync(stream, context.Request.Headers["Last-Event-ID"], head, ending.Token).ConfigureAwait(false);
            await HearAsync(stream, listener, head, context, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The listener went, or the server stops.
        }

        return Results.Empty;
    }

    private ChangeStream Begin(HttpContext context, Caller caller)
    {
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        // For proxies that would hold the events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return new ChangeStream(context.Response, positions, caller.Scope);
    }

    private async Task BacklogAsync(ChangeStream stream, string? lastId, long head, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(lastId))
        {
            await stream.BeginAsync(head, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (positions.Read(stream.Scope, lastId) is not { } position)
        {
            // The comment is for people; a program that lost its place must know that it may have missed something.
            await stream.CommentAsync(FromNow, cancellationToken).ConfigureAwait(false);
            await stream.ResetAsync(head, cancellationToken).ConfigureAwait(false);
            return;
        }

        var oldest = await db.ReadAsync(ChangeFeed.OldestAsync, cancellationToken).ConfigureAwait(false) ?? head + 1;
        var missed = await db.ReadAsync(session => ChangeFeed.CountAsync(session, stream.Scope, position, LongestBacklog), cancellationToken).ConfigureAwait(false);
        // A position of tomorrow is one of a database that was put back.
        if (position > head || position + 1 < oldest || missed > LongestBacklog)
        {
            await stream.ResetAsync(head, cancellationToken).ConfigureAwait(false);
            return;
        }

        await stream.CommentAsync("resuming", cancellationToken).ConfigureAwait(false);
        while (position < head)
        {
            var rows = await db.ReadAsync(session => ChangeFeed.BetweenAsync(session, stream.Scope, position, head, AtOnce), cancellationToken).ConfigureAwait(false);
            await stream.ChangesAsync(rows, cancellationToken).ConfigureAwait(false);
            position = rows.Count == AtOnce ? rows[^1].Position : head;
        }
    }

    private async Task HearAsync(ChangeStream stream, Listener listener, long after, HttpContext context, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(audience.Heartbeat, clock);
        var (heard, beat) = (listener.Heard.WaitToReadAsync(cancellationToken).AsTask(), timer.WaitForNextTickAsync(cancellationToken).AsTask());
        while (true)
        {
            await Task.WhenAny(heard, beat).ConfigureAwait(false);
            if (heard.IsCompleted)
            {
                // Let go, since it did not keep up: it may come back with the position it got to.
                if (!await heard.ConfigureAwait(false))
                    return;
                var rows = new List<ChangeRow>();
                while (rows.Count < AtOnce && listener.Heard.TryRead(out var row))
                    rows.Add(row);
                await stream.ChangesAsync(rows.Where(row => row.Position > after), cancellationToken).ConfigureAwait(false);
                heard = listener.Heard.WaitToReadAsync(cancellationToken).AsTask();
            }

            if (beat.IsCompleted)
            {
                await beat.ConfigureAwait(false);
                // A heartbeat says that nothing was missed: not by a key that was revoked, and not while the feed cannot be read.
                if (!feed.CanBeRead || !await audience.MayStayAsync(context).ConfigureAwait(false))
                    return;
                await stream.CommentAsync("", cancellationToken).ConfigureAwait(false);
                beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }
        }
    }
}
