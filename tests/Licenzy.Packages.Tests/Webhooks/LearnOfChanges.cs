using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Licenzy.Packages.Tests.Stubs;
using Licenzy.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Packages.Tests.Webhooks;

/// <summary>The samples of docs/developing.md, word for word, with an application around them.</summary>
[CancelAfter(60_000)]
public sealed class LearnOfChanges
{
    [Test]
    public async Task An_event_reaches_what_the_application_does_about_it()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Configuration.AddInMemoryCollection([new("Licenzy:Webhooks:Secret", WebhookApp.Secret)]);
        builder.Services.AddSingleton<Letters>();

        builder.Services.AddLicenzyWebhooks()
            .On(WebhookEventTypes.EntitlementExpired, (expired, services, cancellationToken) =>
                services.GetRequiredService<Letters>().SayGoodbyeAsync(expired.Data.SubjectRef!, cancellationToken));
        var app = builder.Build();
        app.MapLicenzyWebhooks("/licenzy/webhooks");

        await using var stopped = app;
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        var (body, now) = (Encoding.UTF8.GetBytes(WebhookApp.Event()), TimeProvider.System.GetUtcNow());
        using var content = new ByteArrayContent(body);
        content.Headers.Add("webhook-id", "evt_1");
        content.Headers.Add("webhook-timestamp", $"{now.ToUnixTimeSeconds()}");
        content.Headers.Add("webhook-signature", WebhookSignature.Sign(WebhookApp.Secret, "evt_1", now, body));

        using var response = await http.PostAsync("/licenzy/webhooks", content);

        Assert.That((response.StatusCode, app.Services.GetRequiredService<Letters>().Sent.Single()), Is.EqualTo((HttpStatusCode.NoContent, "user_123")));
    }

    [Test]
    public async Task What_is_remembered_is_dropped_when_it_changes()
    {
        var remembered = new ConcurrentDictionary<string, bool>();
        using var enough = new CancellationTokenSource();
        await using var stub = await Stub.StartAsync(async context =>
        {
            remembered["from_before"] = true;
            await Feed.Ended(": hello\n\n")(context);
        }, async context =>
        {
            await Feed.Ended(Feed.Change(1, "nobody"))(context);
        }, async context =>
        {
            Assert.That(remembered, Is.Empty);
            (remembered["user_1"], remembered["user_2"]) = (true, true);
            await Feed.Ended(Feed.Change(2, "user_1"))(context);
        }, async context =>
        {
            await enough.CancelAsync();
            await Feed.Open()(context);
        });
        using var licenzy = Clients.Of(stub);
        var stopping = enough.Token;

        Assert.That(async () =>
        {
            await foreach (var change in licenzy.FollowChangesAsync(cancellationToken: stopping))
                if (change.IsReset) remembered.Clear();                 // something may have been missed: trust nothing from before
                else remembered.TryRemove(change.SubjectRef!, out _);
        }, Throws.InstanceOf<OperationCanceledException>());

        Assert.That(remembered.Keys, Is.EqualTo(new[] { "user_2" }));
    }

    private sealed class Letters
    {
        public ConcurrentQueue<string> Sent { get; } = new();

        public Task SayGoodbyeAsync(string subject, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Sent.Enqueue(subject);
            return Task.CompletedTask;
        }
    }
}
