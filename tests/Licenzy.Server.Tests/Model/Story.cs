using System.Net;
using System.Text.Json.Nodes;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.Model;

/// <summary>
/// One customer's story: each step happens at Stripe, at the server over HTTP and in the model, and afterwards both must say the same. Events are
/// delivered shuffled and with repeats; what is told late is answered, until it is told or caught up on, from what was told before.
/// </summary>
internal sealed class Story(Shop shop, string subject, int seed)
{
    // Stripe forgets after a month.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(28);
    private static readonly TimeSpan[] Spans =
        [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(5), TimeSpan.FromDays(12), TimeSpan.FromDays(22), TimeSpan.FromDays(31)];

    private readonly Random _random = new(seed);
    private readonly ModelStripe _stripe = new(shop);
    private readonly List<string> _log = [];
    private readonly int _before = shop.Stripe.Events.Count;
    private DateTimeOffset _caughtUp = shop.Clock.GetUtcNow();
    private ReferenceModel _told = ReferenceModel.Nobody;

    private DateTimeOffset Now => shop.Clock.GetUtcNow();

    public async Task RunAsync(IEnumerable<ModelStep> steps)
    {
        foreach (var step in steps)
        {
            await _stripe.PassAsync(Now.AddSeconds(step.Pause));
            _log.Add($"{Now:u} {step}");
            await DoAsync(step);
            if (!step.IsLate)
                await TellAsync();
            await CompareAsync();
        }

        await TellAsync();
        await CompareAsync();
    }

    private Task DoAsync(ModelStep step) => step.Kind switch
    {
        ModelStepKind.Buy => BuyAsync(step.Pick, isLater: false),
        ModelStepKind.BuyLater => BuyAsync(step.Pick % 2, isLater: true),
        ModelStepKind.Settle => SettleAsync(step.Pick),
        ModelStepKind.Grant => GrantAsync(step.Pick),
        ModelStepKind.Revoke => RevokeAsync(step.Pick),
        ModelStepKind.Consume => ConsumeAsync(step.Pick),
        ModelStepKind.Refund => _stripe.RefundAsync(step.Pick),
        ModelStepKind.FailRefund => _stripe.FailRefundAsync(step.Pick),
        ModelStepKind.Dispute => _stripe.DisputeAsync(step.Pick),
        ModelStepKind.CloseDispute => _stripe.CloseDisputeAsync(step.Pick),
        ModelStepKind.Renew => _stripe.RenewAsync(step.Pick, isFailing: false),
        ModelStepKind.Fail => _stripe.RenewAsync(step.Pick, isFailing: true),
        ModelStepKind.Recover => _stripe.RecoverAsync(step.Pick),
        ModelStepKind.GiveUp => _stripe.GiveUpAsync(step.Pick),
        ModelStepKind.Cancel => _stripe.CancelAsync(step.Pick),
        ModelStepKind.Change => _stripe.ChangeAsync(step.Pick),
        ModelStepKind.Advance => AdvanceAsync(step.Pick),
        ModelStepKind.Redeliver => RedeliverAsync(step.Pick),
        _ => RestartAsync(step.Pick),
    };

    private async Task BuyAsync(int pick, bool isLater)
    {
        var product = new[] { ModelProducts.Pass, ModelProducts.Pack, ModelProducts.Pro, ModelProducts.Plus }[pick % 4];
        var quantity = (pick / 4 % 3) + 1;
        // Two of one second have no order.
        await _stripe.PassAsync(Now.AddSeconds(1));
        var answer = await RunAsync(
            "/v1/checkout/session", new JsonObject { ["subject_ref"] = subject, ["product_code"] = product, ["quantity"] = quantity }, Wire.NewKey());
        if (answer.Status == 409)
        {
            Assert.That(answer.Error, Is.EqualTo("already_subscribed"));
            Assert.That(_told.Rights.Any(right => right.Product == product && !right.IsOver(Now)), Is.True, "409 without a subscription");
            return;
        }

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        await _stripe.BuyAsync((string)answer.Json["checkout_url"]!, product, quantity, isLater);
    }

    private async Task SettleAsync(int pick)
    {
        await _stripe.PassAsync(Now.AddSeconds(1));
        await _stripe.SettleAsync(pick);
    }

    private async Task GrantAsync(int pick)
    {
        await TellAsync();
        await _stripe.PassAsync(Now.AddSeconds(1));
        await TellAsync();
        var product = new[] { ModelProducts.Pass, ModelProducts.Pack, ModelProducts.Pass, ModelProducts.Plus, ModelProducts.Pro }[pick % 5];
        var until = pick / 5 % 2 == 0 && product is not (ModelProducts.Pro or ModelProducts.Plus) ? (DateTimeOffset?)null : Now.AddDays(7 + pick);
        var body = new JsonObject { ["product_code"] = product, ["reason"] = "a story" };
        if (until is { } end)
            body["expires_at"] = Wire.Time(end);
        var answer = await OrderAsync("grants", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        _told = _stripe.Truth = _stripe.Truth.Given((string)answer.Json["id"]!, product, until, Now);
    }

    private async Task RevokeAsync(int pick)
    {
        await TellAsync();
        var standing = _told.Rights.Where(right => !right.IsOver(Now)).ToList();
        if (standing.Count == 0)
            return;
        // A purchase is known to the operator by its place in the list, oldest first.
        var right = standing[pick % standing.Count];
        var listed = (await Wire.PatientlyAsync(() => shop.Runtime.GetAsync($"/v1/entitlements/{subject}?limit=100"))).Json["entitlements"]!.AsArray();
        var id = (string)listed.Single(one => new[] { "id", "stripe_subscription_id", "stripe_checkout_session_id" }.Any(name => (string?)one![name] == right.Id))!["id"]!;
        var answer = await OrderAsync($"grants/{id}/revoke", new JsonObject { ["reason"] = "a story" });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        _told = _stripe.Truth = _stripe.Truth.Revoked(right.Id, Now);
    }

    private async Task ConsumeAsync(int pick)
    {
        await TellAsync();
        var (key, units) = (Wire.NewKey(), new[] { 1L, 40, 100, 700 }[pick % 4]);
        var (after, isTaken, remaining) = _stripe.Truth.Consumed(units, Now);
        var body = new JsonObject { ["subject_ref"] = subject, ["units"] = units };
        var answer = await RunAsync("/v1/usage/consume", body, key);
        var again = await RunAsync("/v1/usage/consume", body, key);
        Assert.That((answer.Status, again.Text), Is.EqualTo((isTaken ? 200 : 409, answer.Text)));
        if (isTaken)
            Assert.That((long)answer.Json["usage_remaining"]!, Is.EqualTo(remaining));
        _told = _stripe.Truth = after;
    }

    // Some time, or to the very instant at which the server says that something changes.
    private async Task AdvanceAsync(int pick)
    {
        var next = pick % 3 == 0 ? (string?)(await SummaryAsync())["next_change_at"] : null;
        var at = next is null ? Now + Spans[pick % Spans.Length] : DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture);
        await _stripe.PassAsync(at < Now.AddDays(120) ? at : Now.AddDays(1));
    }

    private async Task RedeliverAsync(int pick)
    {
        await TellAsync();
        var events = shop.Stripe.Events.Skip(_before).ToArray();
        for (var again = 0; again <= pick % 8 && events.Length > 0; again++)
        {
            var made = events[_random.Next(events.Length)];
            await TakenAsync([await shop.Stripe.RedeliverAsync(made.Id)]);
        }
    }

    // What happened meanwhile is read from Stripe's list, whether or not it was told. Objects that are compared instead know less: a purchase that is
    // found there begins with its charge, not with the event that told of its payment (CONTRACT §5).
    private async Task RestartAsync(int pick)
    {
        var back = Now.AddHours(pick);
        var isForgotten = back - _caughtUp > Memory;
        if (isForgotten)
            await TellAsync();
        await shop.StopAsync();
        await _stripe.PassAsync(back);
        await shop.StartAsync();
        Assert.That(await shop.Server.Services.GetRequiredService<CatchUpWorker>().RunAsync(CancellationToken.None), Is.True);
        if (isForgotten)
            await TellAsync();
        _caughtUp = Now;
        await SettleAsync();
        _told = _stripe.Truth;
    }

    private async Task TellAsync()
    {
        while (shop.Stripe.HeldEvents.Count > 0)
        {
            await TakenAsync(await shop.Stripe.ReleaseAsync(Shuffled));
            await SettleAsync();
        }

        _told = _stripe.Truth;
    }

    // A busy server asks to come again, as Stripe does.
    private async Task TakenAsync(IReadOnlyList<HttpStatusCode> answers)
    {
        for (var again = 0; again < 30 && answers.Any(answer => answer != HttpStatusCode.OK); again++)
            answers = await shop.Stripe.RedeliverFailedAsync();
        Assert.That(answers, Is.All.EqualTo(HttpStatusCode.OK));
    }

    private SentStripeEvent[] Shuffled(IReadOnlyList<SentStripeEvent> held)
    {
        SentStripeEvent[] sent = [.. held, .. held.Where(_ => _random.Next(5) == 0)];
        _random.Shuffle(sent);
        _log.Add($"    {string.Join(", ", sent.Select(made => made.Type))}");
        return sent;
    }

    // The worker does what is due, and what is due a little later; then nothing is left.
    private async Task SettleAsync()
    {
        var worker = shop.Server.Services.GetRequiredService<InboxWorker>();
        for (var round = 0; await NextTryAsync() is { } next; round++)
        {
            Assert.That(round, Is.LessThan(1000), "an event is left over");
            await _stripe.PassAsync(next);
            await worker.RunAsync(CancellationToken.None);
        }
    }

    private async Task<DateTimeOffset?> NextTryAsync()
    {
        var next = await Rows.ValueAsync<long?>(shop.Server, "select min(coalesce(next_try_at, 0)) from stripe_events where status <> 'applied'");
        return next is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(((at + 999) / 1000) * 1000) : null;
    }

    private async Task CompareAsync()
    {
        var check = await RunAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });
        var summary = await SummaryAsync();
        var said = Text(
            (bool)check.Json["allowed"]!, (bool)summary["has_access"]!, (string)summary["status"]!,
            summary["entitlements"]!.AsArray().Select(right => $"{right!["product_code"]} {right["status"]} {right["availability_reason"]} units "
                + $"{right["usage_remaining"]?.ToJsonString() ?? "-"} {Time(right["starts_at"])} to {Time(right["expires_at"])}"));
        var allowed = _told.IsAllowed(Now);
        var expected = Text(allowed, allowed, _told.StatusAt(Now), _told.Rights.Select(right => right.LineAt(Now)));
        if (said != expected)
            throw new AssertionException($"At {Now:u} the model says\n{expected}\nand the server\n{said}\nafter\n{string.Join('\n', _log)}");
    }

    private async Task<JsonNode> SummaryAsync() => (await Wire.PatientlyAsync(() => shop.AccessAsync(subject))).Json;

    private Task<Answer> RunAsync(string path, JsonObject body, string? key = null) => Wire.PatientlyAsync(() => shop.Runtime.PostAsync(path, body, key));

    private Task<Answer> OrderAsync(string path, JsonObject body)
    {
        var key = Wire.NewKey();
        return Wire.PatientlyAsync(() => shop.Portal.PostAsync($"/portal/customers/{subject}/{path}", body, key));
    }

    private static string Text(bool allowed, bool hasAccess, string status, IEnumerable<string> rights) =>
        $"  allowed {allowed}, has_access {hasAccess}, {status}\n  {string.Join("\n  ", rights.Order(StringComparer.Ordinal))}";

    private static string Time(JsonNode? at) =>
        at is null ? "" : DateTimeOffset.Parse((string)at!, System.Globalization.CultureInfo.InvariantCulture).ToString("u", System.Globalization.CultureInfo.InvariantCulture);
}
