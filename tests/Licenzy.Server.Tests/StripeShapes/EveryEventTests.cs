using System.Text;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Starting;
using Licenzy.Testing;

namespace Licenzy.Server.Tests.StripeShapes;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class EveryEventTests(Engine engine)
{
    [Test]
    public async Task Every_event_Stripe_shows_is_accepted_known_here_or_not()
    {
        var documents = StripeData.Events();
        await using var shop = await Shop.OpenAsync(engine);
        await shop.ConnectAsync();
        var refused = new List<string>();

        foreach (var (name, document) in documents)
        {
            var payload = Encoding.UTF8.GetBytes(document!.ToJsonString());
            // Twice: a duplicate is accepted as well.
            for (var round = 0; round < 2; round++)
            {
                var status = (int)await shop.Stripe.DeliverAsync(payload, StripeSignature.Sign(payload, shop.Stripe.WebhookSecret, shop.Clock.GetUtcNow()));
                if (status != 200)
                    refused.Add($"{name}: {status}");
            }
        }

        Assert.That(documents, Has.Count.EqualTo(38));
        Assert.That(refused, Is.Empty);
        Assert.That(await shop.CountAsync("entitlements"), Is.Zero, "nothing here was bought");
    }
}
