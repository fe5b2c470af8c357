using Licenzy.Domain.Webhooks;
using static Licenzy.Domain.Tests.Times;

namespace Licenzy.Domain.Tests.Webhooks;

public sealed class DeliveryScheduleTests
{
    private static readonly DateTimeOffset Now = Day(0);

    [Test]
    public void A_delivery_has_ten_tries_with_these_delays_between_them()
    {
        var delays = Enumerable.Range(1, 9).Select(tries => Next(tries)!.Value);

        Assert.That(delays, Is.EqualTo(new[] { Seconds(5), Seconds(300), Seconds(1800), Hours(2), Hours(5), Hours(10), Hours(14), Hours(20), Hours(24) }));
        Assert.That(Next(10), Is.Null);
        Assert.That(DeliverySchedule.Default.Tries, Is.EqualTo(10));
    }

    [TestCase(0.0, 4.0)]
    [TestCase(0.5, 5.0)]
    [TestCase(1.0, 6.0)]
    public void Chance_spreads_it_by_a_fifth_to_either_side(double chance, double seconds) =>
        Assert.That(DeliverySchedule.Default.Next(1, Now, chance, null), Is.EqualTo(Now.AddSeconds(seconds)));

    [TestCase(0, 5.0)]
    [TestCase(5, 5.0)]
    [TestCase(8, 8.0)]
    [TestCase(10, 10.0)]
    [TestCase(11, 10.0)]
    [TestCase(86_400, 10.0)]
    [TestCase(-3, 5.0)]
    public void A_receiver_may_ask_for_up_to_twice_the_delay(int asked, double seconds) =>
        Assert.That(DeliverySchedule.Default.Next(1, Now, 0.5, Seconds(asked)), Is.EqualTo(Now.AddSeconds(seconds)));

    [Test]
    public void What_it_asks_for_never_brings_a_try_back_that_is_used_up() => Assert.That(DeliverySchedule.Default.Next(10, Now, 0.5, Seconds(5)), Is.Null);

    [Test]
    public void An_operators_list_may_begin_with_the_first_try_or_leave_it_out() => Assert.Multiple(() =>
    {
        Assert.That(new DeliverySchedule([TimeSpan.Zero, Seconds(1), Seconds(2)]).Tries, Is.EqualTo(3));
        Assert.That(new DeliverySchedule([Seconds(1), Seconds(2)]).Tries, Is.EqualTo(3));
        Assert.That(new DeliverySchedule([Seconds(1), Seconds(2)]).Next(2, Now, 0.5, null), Is.EqualTo(Now.AddSeconds(2)));
        Assert.That(new DeliverySchedule([TimeSpan.Zero]).Next(1, Now, 0.5, null), Is.Null);
    });

    private static TimeSpan? Next(int tries) => DeliverySchedule.Default.Next(tries, Now, 0.5, null) - Now;

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Hours(int hours) => TimeSpan.FromHours(hours);
}
