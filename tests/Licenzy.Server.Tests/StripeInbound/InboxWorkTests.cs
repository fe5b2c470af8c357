using Licenzy.Server.Storage;
using Licenzy.Server.StripeInbound;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeInbound;

/// <summary>What the inbox's worker takes up, for whom, and what it may not undo.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class InboxWorkTests(Engine engine) : InboxFixture(engine)
{
    [Test]
    [Spec(Route, "an event that another server applied meanwhile stays applied, whatever this one failed at")]
    public async Task What_is_applied_is_not_failed()
    {
        var made = StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(NewSubject()), options: Now());
        await DeliverAsync(made);
        var id = (string)made["id"]!;
        var row = await Server.Services.GetRequiredService<Db>().ReadAsync(
            session => session.FindAsync<StripeEventRow>(
                "select workspace_id, mode, id, type, object_id, status, note, look_kind, look_id, tries, payload, event_created_at from stripe_events where id = @id", new { id }),
            CancellationToken.None);

        await Server.Services.GetRequiredService<BillingInbox>().FailAsync(row!, "It was slow.", CancellationToken.None);

        Assert.That(await StatusOfAsync(made), Is.EqualTo("applied"));
    }
}
