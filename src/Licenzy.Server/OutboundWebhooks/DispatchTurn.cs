using System.Security.Cryptography;
using Licenzy.Domain;
using Licenzy.Domain.Webhooks;
using Licenzy.Server.Audit;
using Licenzy.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Licenzy.Server.OutboundWebhooks;

/// <summary>What the operator set for sending.</summary>
/// <param name="IsOn">Whether anything is sent; while it is not, everything waits.</param>
/// <param name="Schedule">When a delivery is tried again.</param>
internal sealed record DispatchSettings(bool IsOn, DeliverySchedule Schedule)
{
    public static DispatchSettings Of(LicenzyServerOptions.OutboundWebhookOptions options) =>
        new(options.Enabled, options.Schedule.Count > 0 ? new DeliverySchedule([.. options.Schedule]) : DeliverySchedule.Default);
}

/// <summary>What a turn may claim.</summary>
/// <param name="Scope">Whose endpoint.</param>
/// <param name="Held">How many of its deliveries this server has already.</param>
/// <param name="Room">How many more it may take.</param>
internal sealed record Wanted(Scope Scope, int Held, int Room);

/// <summary>
/// One transaction of the dispatcher: writes how tries ended, and claims what is next. It may run again after a lost race, so it decides everything anew
/// from what it reads.
/// </summary>
internal sealed class DispatchTurn(DispatchSettings settings, AuditStore audit, TimeProvider clock, ILogger<DispatchTurn> logger)
{
    /// <summary>Longer than a claim may wait and its try may take: behind a slow receiver claims are given back.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    // Who did it, where nobody asked for it.
    private const string Actor = "dispatcher";

    private static readonly string Dead = DeliveryStatus.Dead.ToWord();

    public bool IsOn => settings.IsOn;

    public int Budget => settings.Schedule.Tries;

    public async Task<IReadOnlyList<Claim>> RunAsync(Session session, IReadOnlyCollection<TryDone> done, IReadOnlyCollection<Wanted> wanted)
    {
        var ended = done.ToLookup(one => one.Claim.Delivery.Scope);
        var wishes = wanted.ToDictionary(one => one.Scope);
        var claims = new List<Claim>();
        // Always in this order, so that two servers never wait for each other.
        foreach (var scope in ended.Select(group => group.Key).Union(wishes.Keys).OrderBy(scope => scope.WorkspaceId, StringComparer.Ordinal).ThenBy(scope => scope.Mode))
        {
            var endpoint = ended.Contains(scope) ? await EndpointStore.LockAsync(session, scope).ConfigureAwait(false) : await EndpointStore.TryLockAsync(session, scope).ConfigureAwait(false);
            if (ended.Contains(scope))
                endpoint = await EndAsync(session, scope, endpoint, [.. ended[scope]]).ConfigureAwait(false);
            if (endpoint is { DisabledAt: null } && wishes.TryGetValue(scope, out var wish))
                claims.AddRange(await ClaimAsync(session, endpoint, wish).ConfigureAwait(false));
        }

        return claims;
    }

    // Two servers on one database do not send to the same endpoint at once: together they would be more than its five.
    private async Task<IReadOnlyList<Claim>> ClaimAsync(Session session, EndpointRow endpoint, Wanted wish)
    {
        var now = clock.GetUtcNow();
        return await DispatchStore.LeasedAsync(session, endpoint.Scope, Instant.Millis(now)).ConfigureAwait(false) > wish.Held
            ? []
            : await DispatchStore.ClaimAsync(session, endpoint, Instant.Millis(now), Instant.Millis(now + Lease), Budget, wish.Room).ConfigureAwait(false);
    }

    private async Task<EndpointRow?> EndAsync(Session session, Scope scope, EndpointRow? endpoint, IReadOnlyList<TryDone> done)
    {
        var now = clock.GetUtcNow();
        var standing = new EndpointStanding(Instant.Of(endpoint?.FailingSince));
        await DispatchStore.GiveBackAsync(session, scope, [.. done.Where(one => one.Reply is null).Select(one => one.Claim.Delivery)]).ConfigureAwait(false);
        foreach (var one in done.Where(one => one.Reply is not null))
        {
            var end = EndOf(one, now);
            if (end.Status == Dead)
                Log.DeliveryDead(logger, end.Id, one.Claim.Endpoint.Id, end.Number, end.HttpStatus is { } status ? $"{end.Error} {status}" : end.Error ?? "");
            DeliveryEnd.Write(session, end);
            // What another address answered says nothing of the present one; nor does our own stop.
            if (endpoint?.Id == one.Claim.Endpoint.Id && endpoint.Url == one.Claim.Endpoint.Url && one.Reply!.Error != TryDone.Interrupted)
                standing = EndpointRules.After(standing, one.End, now);
        }

        return endpoint is null ? null : await StandAsync(session, endpoint, standing, now).ConfigureAwait(false);
    }

    private async Task<EndpointRow> StandAsync(Session session, EndpointRow endpoint, EndpointStanding standing, DateTimeOffset now)
    {
        var after = endpoint with { FailingSince = Instant.Millis(standing.FailingSince) };
        if (standing.Disabled is { } reason && endpoint.DisabledAt is null)
        {
            Log.EndpointDisabled(logger, endpoint.Id, endpoint.WorkspaceId, endpoint.Mode, reason.ToWord());
            await audit.AddAsync(session, endpoint.Scope, new AuditEntry(Actor, "webhook_endpoint.disabled", endpoint.Id, reason.ToWord()), Actor).ConfigureAwait(false);
            after = after with { DisabledAt = Instant.Millis(now), DisabledReason = reason.ToWord() };
        }

        if (after != endpoint)
            await DispatchStore.StandAsync(session, after).ConfigureAwait(false);
        return after;
    }

    private DeliveryEnd EndOf(TryDone one, DateTimeOffset now)
    {
        var (row, reply) = (one.Claim.Delivery, one.Reply!);
        var verdict = DeliveryRules.After(one.End, row.Tries, settings.Schedule, now, RandomNumberGenerator.GetInt32(1 << 16) / (double)(1 << 16));
        return new DeliveryEnd
        {
            Scope = row.Scope, Id = row.Id, Number = row.Attempts, Lease = row.LeasedUntil,
            Status = verdict.Status.ToWord(), IsSent = one.IsSent, NextAttemptAt = Instant.Millis(verdict.NextAttemptAt),
            HttpStatus = reply.Status, Error = reply.Error, Response = reply.Text, DurationMs = (long)one.Took.TotalMilliseconds,
            EndedAt = verdict.NextAttemptAt is null ? Instant.Millis(now) : null,
        };
    }
}
