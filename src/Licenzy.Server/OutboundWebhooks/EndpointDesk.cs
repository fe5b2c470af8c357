using System.Globalization;
using Licenzy.Domain;
using Licenzy.Server.Audit;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>Sets, changes and removes an endpoint, each with its audit row in one transaction. The endpoint is locked first, so that two at once follow one another.</summary>
internal sealed class EndpointDesk(EndpointSecrets secrets, AuditStore audit, Ids ids, TimeProvider clock)
{
    private const long DefaultOverlapHours = 24;

    /// <summary>The answer where nothing is set.</summary>
    public static Refusal None(WebhookCaller caller) => new(
        StatusCodes.Status404NotFound, ErrorCodes.NotFound,
        $"No webhook endpoint is set in {caller.Scope.Mode.ToWord()} mode. Set one: PUT {caller.EndpointRoute}.");

    public async Task<IRepeatableAnswer> SaveAsync(Session session, WebhookCaller caller, SetWebhookEndpointRequest request, HttpContext context)
    {
        var known = await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false);
        if (known is null)
        {
            var (row, secret) = NewRow(caller, request);
            if (await EndpointStore.TryAddAsync(session, row).ConfigureAwait(false))
            {
                await NoteAsync(session, caller, "created", row, $"{Shown(row)}, {row.SecretHint}", context).ConfigureAwait(false);
                return new JsonAnswer<WebhookEndpointResponse>(row.ToResponse(clock.GetUtcNow(), secret));
            }

            known = (await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false))!;
        }

        var now = clock.GetUtcNow();
        var next = known.With(request, now);
        if (next != known)
        {
            next = next with { UpdatedAt = Instant.Millis(now) };
            await EndpointStore.SaveAsync(session, next).ConfigureAwait(false);
            await NoteAsync(session, caller, "changed", next, Changes(known, next), context).ConfigureAwait(false);
            // What waited goes on.
            session.Wake(Outbox.Topic);
        }

        return new JsonAnswer<WebhookEndpointResponse>(next.ToResponse(now));
    }

    public async Task<IRepeatableAnswer> RotateAsync(Session session, WebhookCaller caller, long? overlapHours, HttpContext context)
    {
        if (await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false) is not { } known)
            return None(caller);
        var (secret, hours, now) = (EndpointSecrets.Generate(), overlapHours ?? DefaultOverlapHours, clock.GetUtcNow());
        var next = known with
        {
            Secret = secrets.Seal(caller.Scope, secret),
            SecretHint = EndpointSecrets.Hint(secret),
            PreviousSecret = hours > 0 ? secrets.SealAsPrevious(known) : null,
            PreviousSecretUntil = hours > 0 ? Instant.Millis(now.AddHours(hours)) : null,
            UpdatedAt = Instant.Millis(now),
        };
        await EndpointStore.SaveAsync(session, next).ConfigureAwait(false);
        var detail = string.Create(CultureInfo.InvariantCulture, $"{known.SecretHint} into {next.SecretHint}, both for {hours} hours");
        await NoteAsync(session, caller, "secret_rotated", next, detail, context).ConfigureAwait(false);
        return new JsonAnswer<WebhookEndpointResponse>(next.ToResponse(now, secret));
    }

    /// <summary>Removes it; what it still owed is ended by <see cref="RequeueStore.EndAsync"/>.</summary>
    public async Task<EndpointRow> DeleteAsync(Session session, WebhookCaller caller, HttpContext context)
    {
        var known = await EndpointStore.LockAsync(session, caller.Scope).ConfigureAwait(false) ?? throw new RefusedException(None(caller));
        await EndpointStore.DeleteAsync(session, caller.Scope).ConfigureAwait(false);
        await NoteAsync(session, caller, "deleted", known, Shown(known), context).ConfigureAwait(false);
        return known;
    }

    private (EndpointRow Row, string Secret) NewRow(WebhookCaller caller, SetWebhookEndpointRequest request)
    {
        var (secret, now) = (EndpointSecrets.Generate(), clock.GetUtcNow());
        var row = new EndpointRow
        {
            WorkspaceId = caller.Scope.WorkspaceId, Mode = caller.Scope.Mode.ToWord(), Id = ids.New("whe"), Url = request.Url,
            Secret = secrets.Seal(caller.Scope, secret), SecretHint = EndpointSecrets.Hint(secret), CreatedAt = Instant.Millis(now), UpdatedAt = Instant.Millis(now),
        };
        return (row.With(request, now), secret);
    }

    private Task NoteAsync(Session session, WebhookCaller caller, string what, EndpointRow row, string detail, HttpContext context) =>
        audit.AddAsync(session, caller.Scope, new AuditEntry(caller.Actor, $"webhook_endpoint.{what}", row.Id, detail), context);

    private static string Changes(EndpointRow before, EndpointRow after)
    {
        (string Name, string Before, string After)[] members =
        [
            ("url", Shown(before), Shown(after)), ("event_types", before.EventTypes ?? "all", after.EventTypes ?? "all"),
            ("enabled", before.DisabledReason ?? "yes", after.DisabledReason ?? "yes"),
        ];
        var changed = members.Where(one => one.Before != one.After).Select(one => $"{one.Name}: {one.Before} → {one.After}").ToList();
        return changed.Count > 0 ? string.Join("; ", changed) : "its description, or the rest of its url";
    }

    // A path or a query may hold a token of the receiver's.
    private static string Shown(EndpointRow row) => Uri.TryCreate(row.Url, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Authority}" : "";
}
