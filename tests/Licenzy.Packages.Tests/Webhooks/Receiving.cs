using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Licenzy.AspNetCore;
using Licenzy.Packages.Tests.Stubs;
using Licenzy.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Packages.Tests.Webhooks;

public sealed class Receiving
{
    private readonly ConcurrentQueue<string> _handled = new();

    [SetUp]
    public void Forget() => _handled.Clear();

    private Task Note(WebhookEvent received, IServiceProvider services, CancellationToken cancellationToken)
    {
        _handled.Enqueue(received.Id);
        return Task.CompletedTask;
    }

    private Task<WebhookApp> StartAsync() => WebhookApp.StartAsync(webhooks => webhooks.OnAny(Note));

    [Test]
    public async Task A_genuine_event_reaches_its_handlers_and_is_acknowledged()
    {
        WebhookEvent? expired = null;
        await using var app = await WebhookApp.StartAsync(webhooks => webhooks
            .On(WebhookEventTypes.EntitlementExpired, (received, _, _) => Task.FromResult(expired = received))
            .On(WebhookEventTypes.UsageDepleted, Note));

        var seen = await app.SendAsync();

        Assert.That((seen.Status, seen.Body), Is.EqualTo((204, "")));
        Assert.That((expired!.Id, expired.Type, expired.Data.SubjectRef, expired.Data.Sequence), Is.EqualTo(("evt_1", "entitlement.expired", "user_123", 7L)));
        Assert.That(_handled, Is.Empty);
    }

    [TestCase("a.type.that.came.later")]
    [TestCase("endpoint.test")]
    public async Task A_type_that_nobody_handles_is_acknowledged(string type)
    {
        await using var app = await WebhookApp.StartAsync(webhooks => webhooks.On(WebhookEventTypes.EntitlementExpired, Note));

        Assert.That((await app.SendAsync(type: type)).Status, Is.EqualTo(204));
        Assert.That(_handled, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Forgeries()
    {
        TestCaseData Of(string name, Action<HttpRequestMessage> forge) => new TestCaseData(forge).SetArgDisplayNames(name);
        yield return Of("no id", request => request.Headers.Remove("webhook-id"));
        yield return Of("no timestamp", request => request.Headers.Remove("webhook-timestamp"));
        yield return Of("no signature", request => request.Headers.Remove("webhook-signature"));
        yield return Of("another id", request => Replace(request, "webhook-id", "evt_2"));
        yield return Of("two ids", request => request.Headers.Add("webhook-id", "evt_2"));
        yield return Of("another timestamp", request => Replace(request, "webhook-timestamp", $"{WebhookApp.Now.ToUnixTimeSeconds() - 1}"));
        yield return Of("another version", request => Replace(request, "webhook-signature", "v2" + request.Headers.GetValues("webhook-signature").Single()[2..]));
        yield return Of("another body", request => request.Content = new StringContent(WebhookApp.Event("evt_1") + " "));
        yield return Of("no body", request => request.Content = null);
        yield return Of("a body in another encoding", request => request.Content = new StringContent(WebhookApp.Event(), Encoding.Unicode));
    }

    private static void Replace(HttpRequestMessage request, string header, string value)
    {
        request.Headers.Remove(header);
        request.Headers.Add(header, value);
    }

    [TestCaseSource(nameof(Forgeries))]
    public async Task What_is_not_genuine_is_a_400_and_nothing_is_done(Action<HttpRequestMessage> forge)
    {
        await using var app = await StartAsync();

        var seen = await app.SendAsync(Encoding.UTF8.GetBytes(WebhookApp.Event()), forge: forge);

        Assert.Multiple(() =>
        {
            Assert.That((seen.Status, seen.ContentType), Is.EqualTo((400, "application/problem+json")));
            Assert.That(seen.Json.GetProperty("error").GetString(), Is.EqualTo("invalid_webhook"));
            Assert.That(seen.Body, Does.Not.Contain("whsec_").And.Not.Contain("user_123"));
            Assert.That(_handled, Is.Empty);
        });
        // A forged id must not keep the genuine event of that id out.
        Assert.That((await app.SendAsync("evt_1")).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync("evt_2")).Status, Is.EqualTo(204));
        Assert.That(_handled, Is.EqualTo(new[] { "evt_1", "evt_2" }));
    }

    [TestCase(-300, 204)]
    [TestCase(300, 204)]
    [TestCase(-301, 400)]
    [TestCase(301, 400)]
    public async Task What_is_old_is_refused(int seconds, int status)
    {
        await using var app = await StartAsync();

        var seen = await app.SendAsync(Encoding.UTF8.GetBytes(WebhookApp.Event()), at: WebhookApp.Now.AddSeconds(seconds));

        Assert.That((seen.Status, _handled.Count), Is.EqualTo((status, status == 204 ? 1 : 0)));
    }

    [TestCase("not json")]
    [TestCase("null")]
    [TestCase("{}")]
    public async Task What_is_signed_and_no_event_is_refused(string body)
    {
        await using var app = await StartAsync();

        var seen = await app.SendAsync(Encoding.UTF8.GetBytes(body));

        Assert.That((seen.Status, seen.Json.GetProperty("detail").GetString()), Is.EqualTo((400, "The signature fits, but the body is no event that this version can read.")));
    }

    [TestCase(true)]
    [TestCase(false, Description = "in chunks, so that nobody knows before")]
    public async Task A_body_over_256_KiB_is_not_read(bool announced)
    {
        await using var app = await StartAsync();
        var padded = Encoding.UTF8.GetBytes(WebhookApp.Event().PadRight(256 * 1024));
        void Chunked(HttpRequestMessage request) => request.Headers.TransferEncodingChunked = announced ? null : true;

        Assert.That((await app.SendAsync(padded, forge: Chunked)).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync([.. padded, (byte)' '], "evt_2", forge: Chunked)).Status, Is.EqualTo(413));
        Assert.That(_handled, Is.EqualTo(new[] { "evt_1" }));
    }

    [Test]
    public async Task An_event_comes_once_however_often_it_is_sent()
    {
        await using var app = await StartAsync();

        Assert.That((await app.SendAsync()).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync()).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync("evt_2")).Status, Is.EqualTo(204));
        Assert.That(_handled, Is.EqualTo(new[] { "evt_1", "evt_2" }));
    }

    [TestCase(true, 204)]
    [TestCase(false, 500)]
    public async Task Deliveries_at_once_share_one_handling(bool works, int status)
    {
        var (entered, go) = (new SemaphoreSlim(0), new TaskCompletionSource());
        await using var app = await WebhookApp.StartAsync(webhooks => webhooks.OnAny(async (received, services, cancellationToken) =>
        {
            await Note(received, services, cancellationToken);
            entered.Release();
            await go.Task;
            if (!works)
                throw new InvalidOperationException("The database is away.");
        }));

        var first = app.SendAsync();
        await entered.WaitAsync();
        var others = Enumerable.Range(0, 9).Select(_ => app.SendAsync()).ToList();
        // Another event is not held up by them.
        var later = app.SendAsync("evt_2");
        await entered.WaitAsync();
        go.SetResult();

        Assert.That((await Task.WhenAll([first, later, .. others])).Select(seen => seen.Status), Is.All.EqualTo(status));
        Assert.That(_handled.Count(id => id == "evt_1"), works ? Is.EqualTo(1) : Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task What_a_handler_could_not_handle_comes_again()
    {
        var tries = 0;
        await using var app = await WebhookApp.StartAsync(webhooks => webhooks
            .OnAny(Note)
            .OnAny((_, _, _) => ++tries < 3 ? throw new InvalidOperationException("lz_live_hush") : Task.CompletedTask));

        var statuses = new List<int>();
        Seen? failed = null;
        for (var i = 0; i < 4; i++)
        {
            var seen = await app.SendAsync();
            statuses.Add(seen.Status);
            failed ??= seen;
        }

        Assert.That(statuses, Is.EqualTo(new[] { 500, 500, 204, 204 }));
        Assert.That(_handled, Has.Count.EqualTo(3));
        Assert.That(failed!.Body, Does.Contain("\"error\":\"internal\"").And.Not.Contain("hush").And.Not.Contain("Exception"));
    }

    [Test]
    public async Task A_sender_that_hangs_up_ends_the_handler_and_may_send_again()
    {
        using var hangUp = new CancellationTokenSource();
        var (ended, isFirst) = (new TaskCompletionSource(), true);
        await using var app = await WebhookApp.StartAsync(webhooks => webhooks.OnAny(async (received, services, cancellationToken) =>
        {
            if (!isFirst)
            {
                await Note(received, services, cancellationToken);
                return;
            }

            isFirst = false;
            cancellationToken.Register(ended.SetResult);
            await hangUp.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }));

        Assert.That(async () => await app.SendAsync(cancellationToken: hangUp.Token), Throws.InstanceOf<OperationCanceledException>());
        await ended.Task;
        var status = 0;
        // The first may not have let go yet: its failure is then shared, and the sender comes again.
        for (var tries = 0; status != 204 && tries < 200; tries++)
            status = (await app.SendAsync()).Status;

        Assert.That(_handled, Is.EqualTo(new[] { "evt_1" }));
    }

    [Test]
    public async Task A_handler_class_has_the_services_of_its_delivery()
    {
        await using var app = await WebhookApp.StartAsync(
            webhooks => webhooks.AddHandler<Keeper>(WebhookEventTypes.EntitlementExpired, WebhookEventTypes.EntitlementUpdated).AddHandler<Keeper>("never"),
            before: builder => builder.Services.AddScoped<UnitOfWork>().AddSingleton(_handled));

        await app.SendAsync("evt_1");
        await app.SendAsync("evt_2", "entitlement.updated");
        await app.SendAsync("evt_3", "usage.depleted");

        Assert.That(_handled, Is.EqualTo(new[] { "evt_1", "disposed", "evt_2", "disposed" }));
    }

    [Test]
    public async Task The_secret_before_counts_while_it_is_there()
    {
        await using var app = await WebhookApp.StartAsync(
            webhooks => webhooks.OnAny(Note).Services.Configure<LicenzyWebhookOptions>(options => options.PreviousSecret = WebhookApp.OtherSecret));
        await using var without = await StartAsync();

        Assert.That((await app.SendAsync("evt_1", secret: WebhookApp.OtherSecret)).Status, Is.EqualTo(204));
        Assert.That((await app.SendAsync("evt_2", secret: WebhookApp.Secret)).Status, Is.EqualTo(204));
        Assert.That((await without.SendAsync("evt_3", secret: WebhookApp.OtherSecret)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Both_secrets_at_once_are_two_signatures()
    {
        await using var app = await StartAsync();
        var body = Encoding.UTF8.GetBytes(WebhookApp.Event());

        var seen = await app.SendAsync(body, secret: WebhookApp.OtherSecret, forge: request => Replace(
            request, "webhook-signature", $"{request.Headers.GetValues("webhook-signature").Single()} {WebhookSignature.Sign(WebhookApp.Secret, "evt_1", WebhookApp.Now, body)}"));

        Assert.That(seen.Status, Is.EqualTo(204));
    }

    [Test]
    public async Task Only_a_post_is_a_delivery()
    {
        await using var app = await StartAsync();

        Assert.That((await app.SendAsync(new HttpRequestMessage(HttpMethod.Get, WebhookApp.Path))).Status, Is.EqualTo(405));
    }

    [Test]
    public async Task The_type_of_content_says_nothing()
    {
        await using var app = await StartAsync();

        var seen = await app.SendAsync(
            Encoding.UTF8.GetBytes(WebhookApp.Event()), forge: request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded"));

        Assert.That(seen.Status, Is.EqualTo(204));
    }

    private sealed class UnitOfWork(ConcurrentQueue<string> kept) : IDisposable
    {
        public void Keep(string id) => kept.Enqueue(id);

        public void Dispose() => kept.Enqueue("disposed");
    }

    private sealed class Keeper(UnitOfWork work) : ILicenzyWebhookHandler
    {
        public Task HandleAsync(WebhookEvent received, CancellationToken cancellationToken)
        {
            work.Keep(received.Id);
            return Task.CompletedTask;
        }
    }
}
