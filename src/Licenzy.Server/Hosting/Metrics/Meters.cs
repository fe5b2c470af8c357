using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Licenzy.Server.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Hosting.Metrics;

/// <summary>
/// What the server counts, as instruments of the meter <c>Licenzy</c>; names are OpenTelemetry's where it has one. A tag never holds a subject, a key,
/// a workspace or anything else that outsiders choose (SECURITY T59).
/// </summary>
internal sealed class Meters
{
    public const string Name = "Licenzy";

    private readonly ConcurrentDictionary<string, Func<int>> _lines = new(StringComparer.Ordinal);
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _consumptions;
    private readonly Counter<long> _stripeEvents;
    private readonly Counter<long> _stripeCalls;
    private readonly Counter<long> _drift;
    private readonly Counter<long> _replays;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _storageFailures;
    private readonly Counter<long> _webhookTries;
    private IReadOnlyList<(string Status, long Count)> _webhooksWaiting = [];
    private double _oldestWebhook;

    public Meters(IMeterFactory factory, IServiceProvider services, TimeProvider clock)
    {
        var meter = factory.Create(Name);
        Requests = new RequestMeter(meter);
        _decisions = meter.CreateCounter<long>("licenzy.access.decisions", "{decision}", "Access decisions, by what was decided and why.");
        _consumptions = meter.CreateCounter<long>("licenzy.usage.consumptions", "{consumption}", "Requests to consume units, by what became of them.");
        _stripeEvents = meter.CreateCounter<long>("licenzy.stripe.events", "{event}", "Events that Stripe sent, by type and what became of them.");
        _stripeCalls = meter.CreateCounter<long>("licenzy.stripe.calls", "{call}", "Calls to Stripe's API, by what became of them.");
        _drift = meter.CreateCounter<long>("licenzy.stripe.drift", "{difference}", "Differences between Stripe and the rights here, by kind and by whether they were mended.");
        _replays = meter.CreateCounter<long>("licenzy.idempotency.replays", "{request}", "Requests that were given the first answer to their Idempotency-Key again.");
        _refusals = meter.CreateCounter<long>("licenzy.refusals", "{request}", "Requests that were refused, by the code of the refusal; rate_limited among them.");
        _storageFailures = meter.CreateCounter<long>("licenzy.storage.unavailable", "{request}", "Requests that failed because the database could not be used.");
        _webhookTries = meter.CreateCounter<long>("licenzy.webhooks.attempts", "{attempt}", "Tries to send a webhook, by what became of them.");
        meter.CreateObservableGauge(
            "licenzy.webhooks.waiting", () => _webhooksWaiting.Select(one => new Measurement<long>(one.Count, new KeyValuePair<string, object?>("status", one.Status))),
            "{delivery}", "Webhook deliveries that wait for a try, by status, in the whole database.");
        meter.CreateObservableGauge("licenzy.webhooks.oldest", () => _oldestWebhook, "s", "The age of the oldest webhook delivery that waits for a try.");
        meter.CreateObservableGauge("licenzy.storage.waiting", () => Waiting(services).Concat(_lines.Select(line => Of(line.Key, line.Value()))), "{operation}", "Operations that wait for the database or are under way in it.");
        var begun = clock.GetTimestamp();
        meter.CreateObservableGauge("process.uptime", () => clock.GetElapsedTime(begun).TotalSeconds, "s", "The time the server has been running.");
    }

    /// <summary>Requests, by route.</summary>
    public RequestMeter Requests { get; }

    public void Decided(bool allowed, string reason) =>
        _decisions.Add(1, new KeyValuePair<string, object?>("allowed", allowed ? "true" : "false"), new KeyValuePair<string, object?>("reason", reason));

    public void Consumed(string result) => _consumptions.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <param name="type">One of the types that mean something here, or <c>other</c>.</param>
    /// <param name="result">applied, duplicate, unmatched, ignored or refused.</param>
    public void StripeSent(string type, string result) =>
        _stripeEvents.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("result", result));

    public void StripeAnswered(string result) => _stripeCalls.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Drifted(string kind, bool repaired) =>
        _drift.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("repaired", repaired ? "true" : "false"));

    public void Replayed() => _replays.Add(1);

    public void Refused(string code) => _refusals.Add(1, new KeyValuePair<string, object?>("error", code));

    /// <param name="result">sent, failed (another answer than 2xx), no_answer, refused (the address may not be called) or interrupted.</param>
    public void WebhookTried(string result) => _webhookTries.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>What was last counted in the database.</summary>
    public void WebhooksWait(IReadOnlyList<(string Status, long Count)> waiting, TimeSpan oldest)
    {
        _webhooksWaiting = waiting;
        _oldestWebhook = oldest.TotalSeconds;
    }

    public void StorageFailed() => _storageFailures.Add(1);

    /// <summary>A line in front of the database, of which one wants to know how long it is.</summary>
    public void Watch(string lane, Func<int> waiting) => _lines[lane] = waiting;

    // Asked only when somebody reads the metrics; before the start there is no database to ask.
    private static IEnumerable<Measurement<int>> Waiting(IServiceProvider services) =>
        services.GetRequiredService<Readiness>().IsStarted ? services.GetRequiredService<Db>().Waiting.Select(lane => Of(lane.Name, lane.Count)) : [];

    private static Measurement<int> Of(string lane, int waiting) => new(waiting, new KeyValuePair<string, object?>("lane", lane));
}
