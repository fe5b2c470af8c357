using Licenzy.Server.StripeInbound;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>Stories in which the inbox has more to do than apply one event: it keeps, asks Stripe, and tries again.</summary>
public abstract class InboxFixture(Engine engine) : WebhookFixture(engine)
{
    /// <summary>A finished purchase, told at once.</summary>
    protected async Task<(string Subject, string Session)> BoughtAsync(string product)
    {
        Stripe.HoldEvents = false;
        var subject = NewSubject();
        var session = await Stripe.PayAsync((await CheckoutAsync(subject, product)).Url);
        Assert.That(await AllowedAsync(subject), Is.True);
        return (subject, session.Id);
    }

    /// <summary>Sends what was held back, in an order of one's own; all of it must be taken.</summary>
    protected async Task ReleaseAsync(Func<IReadOnlyList<SentStripeEvent>, IEnumerable<SentStripeEvent>>? order = null)
    {
        Stripe.HoldEvents = false;
        Assert.That(await Stripe.ReleaseAsync(order), Is.Not.Empty.And.All.EqualTo(System.Net.HttpStatusCode.OK));
    }

    /// <summary>Waits until the worker has done all that is due, whoever began it.</summary>
    protected async Task SettledAsync()
    {
        var worker = Server.Services.GetRequiredService<InboxWorker>();
        do
        {
            await worker.RunAsync(CancellationToken.None);
        }
        // Due ones count too: another's claim may not be seen yet.
        while (await Rows.ValueAsync<long>(
            Server, "select count(*) from stripe_events where leased_until is not null or next_try_at <= @now", new { now = Clock.GetUtcNow().ToUnixTimeMilliseconds() }) > 0);
    }
}
