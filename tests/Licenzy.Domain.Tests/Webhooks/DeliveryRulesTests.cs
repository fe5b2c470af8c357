using Licenzy.Domain.Webhooks;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Webhooks;

public sealed class DeliveryRulesTests
{
    private static readonly DateTimeOffset Now = Day(0);

    [TestCase(200)]
    [TestCase(202)]
    [TestCase(204)]
    [TestCase(299)]
    public void Every_2xx_is_a_success(int status) =>
        Assert.That(After(new TryEnd(status), 1), Is.EqualTo(new DeliveryVerdict(DeliveryStatus.Sent, null)));

    [TestCase(null)]
    [TestCase(199)]
    [TestCase(300)]
    [TestCase(301)]
    [TestCase(304)]
    [TestCase(307)]
    [TestCase(400)]
    [TestCase(404)]
    [TestCase(410)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public void Everything_else_is_a_failure_and_tried_again(int? status) =>
        Assert.That(After(new TryEnd(status), 1), Is.EqualTo(new DeliveryVerdict(DeliveryStatus.Failed, Now.AddSeconds(5))));

    [Test]
    public void After_the_last_try_it_is_dead()
    {
        Assert.That(After(new TryEnd(500), 9).Status, Is.EqualTo(DeliveryStatus.Failed));
        Assert.That(After(new TryEnd(500), 10), Is.EqualTo(new DeliveryVerdict(DeliveryStatus.Dead, null)));
        Assert.That(After(new TryEnd(500, TimeSpan.FromSeconds(1)), 10).Status, Is.EqualTo(DeliveryStatus.Dead));
        Assert.That(After(new TryEnd(200), 10).Status, Is.EqualTo(DeliveryStatus.Sent));
    }

    [Test]
    public void The_first_failure_is_remembered_and_a_success_forgets_it()
    {
        var standing = EndpointRules.After(new EndpointStanding(null), new TryEnd(500), Day(0));
        Assert.That(standing, Is.EqualTo(new EndpointStanding(Day(0))));
        standing = EndpointRules.After(standing, new TryEnd(null), Day(3));
        Assert.That(standing, Is.EqualTo(new EndpointStanding(Day(0))));
        Assert.That(EndpointRules.After(standing, new TryEnd(204), Day(4)), Is.EqualTo(new EndpointStanding(null)));
    }

    [Test]
    public void Five_days_of_nothing_but_failures_disable_it()
    {
        var failing = new EndpointStanding(Day(0));
        Assert.That(EndpointRules.After(failing, new TryEnd(500), Day(5).AddMilliseconds(-1)).Disabled, Is.Null);
        Assert.That(EndpointRules.After(failing, new TryEnd(500), Day(5)).Disabled, Is.EqualTo(DisabledReason.Failing));
        Assert.That(EndpointRules.After(failing, new TryEnd(200), Day(6)), Is.EqualTo(new EndpointStanding(null)));
    }

    [Test]
    public void A_410_disables_it_at_once() =>
        Assert.That(EndpointRules.After(new EndpointStanding(null), new TryEnd(410), Day(0)).Disabled, Is.EqualTo(DisabledReason.Gone));

    [Test]
    public void What_was_taken_beside_a_410_does_not_undo_it()
    {
        var gone = EndpointRules.After(new EndpointStanding(Day(-1)), new TryEnd(410), Day(0));
        Assert.That(EndpointRules.After(gone, new TryEnd(200), Day(0)), Is.EqualTo(new EndpointStanding(null, DisabledReason.Gone)));
        Assert.That(EndpointRules.After(gone, new TryEnd(500), Day(6)), Is.EqualTo(new EndpointStanding(Day(-1), DisabledReason.Gone)));
        var failing = EndpointRules.After(new EndpointStanding(Day(0)), new TryEnd(500), Day(5));
        Assert.That(EndpointRules.After(failing, new TryEnd(200), Day(5)), Is.EqualTo(new EndpointStanding(null)), "these were not nothing but failures");
    }

    private static DeliveryVerdict After(TryEnd end, long tries) => DeliveryRules.After(end, tries, DeliverySchedule.Default, Now, 0.5);
}
