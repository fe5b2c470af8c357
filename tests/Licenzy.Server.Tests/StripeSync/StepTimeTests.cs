using Licenzy.Domain;
using Licenzy.Server.StripeSync;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;
using Licenzy.Server.Tests.StripeInbound;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.StripeSync;

/// <summary>A call that compares ends with its time, within a page too: each object may take a look at Stripe.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class StepTimeTests(Engine engine) : InboxFixture(engine)
{
    private const string Reconcile = "POST /portal/stripe/reconcile";

    [Test]
    [Spec(Reconcile, "when the time of a call is over it ends with the object at hand, and the cursor goes on behind it")]
    public async Task A_call_ends_with_its_time()
    {
        for (var n = 0; n < 3; n++)
        {
            await BoughtAsync("PRO");
            await Stripe.RefundAsync((await BoughtAsync("PASS30")).Session);
            await CheckoutAsync(NewSubject(), "PASS30");
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var (steps, compared) = await StepsAsync(Server.Services.GetRequiredService<SubscriptionPhase>().StepAsync, Phase.Subscriptions);
        Assert.That((steps >= 3, compared), Is.EqualTo((true, 3)), "and the rights of each second");
        Assert.That(await StepsAsync(Server.Services.GetRequiredService<SessionPhase>().StepAsync, Phase.Sessions), Is.EqualTo((3, 3)));
        Assert.That(await StepsAsync(Server.Services.GetRequiredService<PaymentPhase>().StepAsync, Phase.Refunds), Is.EqualTo((3, 3)));
    }

    [Test]
    [Spec(Reconcile, "rights of subscriptions that Stripe does not have are all found, a part in each call")]
    public async Task Missing_subscriptions_are_found_part_by_part()
    {
        var subjects = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            subjects.Add(NewSubject());
            await DeliverAsync(Licenzy.Testing.StripeEvents.SubscriptionUpdated(await SubscriptionOfAsync(subjects[^1]), options: Now()));
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var found = new List<Drift>();
        var phase = Server.Services.GetRequiredService<SubscriptionPhase>();
        await StepsAsync(
            async (run, place) =>
            {
                var step = await phase.StepAsync(run, place);
                found.AddRange(step.Drifts);
                return step;
            },
            Phase.Subscriptions);

        Assert.That(found.Where(drift => drift.Kind == DriftKind.SubscriptionMissingAtStripe).Select(drift => drift.SubjectRef), Is.EquivalentTo(subjects));
    }

    // In how many steps how much was compared, when there is time for one object in each.
    private async Task<(int Steps, int Checked)> StepsAsync(Func<Run, Place, Task<PhaseStep>> stepAsync, Phase phase)
    {
        var scope = new Scope((await Rows.ValueAsync<string>(Server, "select min(workspace_id) from stripe_connections"))!, Mode.Test);
        var talk = await Server.Services.GetRequiredService<StripeTalks>().OpenAsync(scope, CancellationToken.None);
        var run = new Run(talk, scope, Keeps: false, "test", "rec_test") { IsOver = () => true };
        var (steps, compared, place) = (0, 0, new Place(phase, null));
        while (place is not null)
        {
            var step = await stepAsync(run, place);
            (steps, compared, place) = (steps + 1, compared + step.Checked, step.Next);
            Assert.That(steps, Is.LessThan(50), "it comes to an end");
        }

        return (steps, compared);
    }
}
