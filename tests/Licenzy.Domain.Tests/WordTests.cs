using Licenzy.Domain.Access;
using Licenzy.Domain.Entitlements;

namespace Licenzy.Domain.Tests;

public sealed class WordTests
{
    private static readonly Type[] Enumerations =
        [.. typeof(Decision).Assembly.GetTypes().Where(type => type.IsEnum).OrderBy(type => type.Name, StringComparer.Ordinal)];

    [TestCaseSource(nameof(Enumerations))]
    public void Every_word_reads_back_as_its_value(Type enumeration)
    {
        var check = typeof(WordTests).GetMethod(nameof(RoundTrips), 1, [])!.MakeGenericMethod(enumeration);
        Assert.That(check.Invoke(null, null), Is.True);
    }

    [TestCaseSource(nameof(Enumerations))]
    public void Every_word_is_snake_case(Type enumeration)
    {
        var words = typeof(Words).GetMethod(nameof(Words.List))!.MakeGenericMethod(enumeration).Invoke(null, null);
        Assert.That(words, Does.Match("^[a-z]+(_[a-z]+)*(, [a-z]+(_[a-z]+)*)*$"));
    }

    [TestCase(EntitlementStatus.PastDue, "past_due")]
    [TestCase(EntitlementStatus.Active, "active")]
    public void A_word_is_the_documented_one(EntitlementStatus status, string word) => Assert.That(status.ToWord(), Is.EqualTo(word));

    [Test]
    public void The_statuses_are_the_contracts() => Assert.That(
        Words.List<EntitlementStatus>(), Is.EqualTo("active, trialing, past_due, paused, canceled, expired, suspended, revoked"));

    [Test]
    public void The_reasons_are_the_contracts() => Assert.That(
        Words.List<Reason>(),
        Is.EqualTo(
            "subscription_active, subscription_trialing, subscription_canceling, renewal_pending, past_due_in_grace, time_pass_active, "
            + "usage_pack_available, subscription_canceled, subscription_paused, past_due_grace_ended, payment_failed, payment_pending, "
            + "trial_ended, renewal_overdue, time_pass_expired, usage_pack_exhausted, usage_pack_expired, refunded, disputed, revoked, not_started"));

    [TestCase("PastDue")]
    [TestCase("past_due ")]
    [TestCase("pastdue")]
    [TestCase("2")]
    [TestCase("")]
    [TestCase(null)]
    public void A_strangers_word_finds_nothing(string? word) => Assert.That(Words.Find<EntitlementStatus>(word), Is.Null);

    [Test]
    public void An_unknown_word_of_our_own_is_a_defect() =>
        Assert.That(() => Words.Parse<EntitlementStatus>("asleep"), Throws.InstanceOf<KeyNotFoundException>());

    public static bool RoundTrips<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().All(value => Words.Parse<T>(value.ToWord()).Equals(value) && Words.Find<T>(value.ToWord()).Equals(value));
}
