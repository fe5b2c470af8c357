using System.Text.Json;
using Licenzy.Domain;
using Licenzy.Domain.Billing;
using Licenzy.Server.Hosting;
using Licenzy.Server.Storage;
using Licenzy.Server.Stripe;
using Licenzy.Server.StripeInbound;
using Microsoft.AspNetCore.Http;

namespace Licenzy.Server.StripeSync;

/// <summary>Opens a talk with Stripe over a mode's connection.</summary>
internal sealed class StripeTalks(Db db, IStripeGateway stripe, StripeConnectionSecrets secrets)
{
    private static readonly Refusal NotConnected = Refusal.Conflict(
        ErrorCodes.StripeNotConnected, "This mode has no Stripe account yet. Connect one: PUT /portal/stripe/connection.");

    public async Task<StripeTalk> OpenAsync(Scope scope, CancellationToken cancellationToken)
    {
        var connection = await db.ReadAsync(session => StripeConnectionStore.FindAsync(session, scope), cancellationToken).ConfigureAwait(false)
            ?? throw new RefusedException(NotConnected);
        return new StripeTalk(stripe, secrets.Key(connection), scope.Mode == Mode.Live, cancellationToken);
    }
}

/// <summary>
/// Reads Stripe's objects and lists with one connection's key. What Stripe refuses to tell is a 502, its silence a 503: whoever asked repeats.
/// </summary>
internal sealed class StripeTalk(IStripeGateway stripe, string key, bool livemode, CancellationToken cancellationToken)
{
    /// <summary>Half of what Stripe would give at once: a page of the largest objects must still fit the gateway's bound.</summary>
    public const int PageSize = 50;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Whether the objects are to be real money's.</summary>
    public bool Livemode => livemode;

    /// <summary>The object under a path; <see langword="null"/> where Stripe has none.</summary>
    public async Task<StripeObject?> FindAsync(string path) => await stripe.GetAsync(key, path, cancellationToken).ConfigureAwait(false) switch
    {
        { Value: { } found } => found,
        { Failure: { IsUnreachable: true } } => throw new RefusedException(
            Refusal.Unavailable("Stripe could not be reached. What was done stays done: repeat the call to go on.", 5)),
        { Failure.Code: "resource_missing" } => null,
        { Failure: { IsNotPermitted: true } no } => throw Refused(no, "The connection's key may not read this at Stripe. Give it read access to charges, checkout sessions, customers, disputes, events, invoices, payment intents, refunds and subscriptions"),
        var no => throw Refused(no.Failure, "Stripe refused to tell"),
    };

    /// <summary>A page of a list.</summary>
    /// <param name="list">The list's path with its filters.</param>
    /// <param name="after">The last id of the page before.</param>
    public async Task<StripePage> PageAsync(string list, string? after)
    {
        var path = $"{list}{(list.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={PageSize}{(after is null ? "" : $"&starting_after={Uri.EscapeDataString(after)}")}";
        // The cursor's object may be gone by now; then so is what the caller knew of the list.
        var found = await FindAsync(path).ConfigureAwait(false) ?? throw Refused(null, "Stripe does not know the place in its list any more. Begin again");
        JsonElement[] entries = found.Json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray()] : [];
        return new StripePage(entries, found.AsOf, found.Json.Flag("has_more") && entries.Length > 0 && entries[^1].Text("id") is not null);
    }

    /// <summary>What news is made of that was fetched: it holds as of Stripe's own answer.</summary>
    public UnknownEvent Head(string causeId, DateTimeOffset asOf) =>
        new() { Id = causeId, Type = "fetched", CreatedAt = asOf, Livemode = livemode, IsFetched = true };

    private static RefusedException Refused(StripeFailure? failure, string what) => new(new Refusal(
        StatusCodes.Status502BadGateway, ErrorCodes.StripeError, $"{what} ({failure?.Code ?? "gone"}, Stripe request {failure?.RequestId ?? "unknown"})."));
}

/// <summary>A page of one of Stripe's lists, newest first.</summary>
/// <param name="Entries">Its objects.</param>
/// <param name="AsOf">When Stripe answered.</param>
/// <param name="HasMore">Whether older ones follow.</param>
internal sealed record StripePage(IReadOnlyList<JsonElement> Entries, DateTimeOffset AsOf, bool HasMore)
{
    /// <summary>The id after which the next page begins; <see langword="null"/> where there is none.</summary>
    public string? Next => HasMore ? Entries[^1].Text("id") : null;
}
