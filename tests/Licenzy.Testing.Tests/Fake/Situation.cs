namespace Licenzy.Testing.Tests.Fake;

/// <summary>A customer's situation, brought about at a real server and in the fake, and how long after it both are asked.</summary>
internal sealed record Situation(string Name, Func<RealShop, string, Task> Really, Func<FakeLicenzy, string, Task> Faked, params TimeSpan[] Later)
{
    private static readonly DateTimeOffset Now = RealShop.Start;
    private static readonly DateTimeOffset Month = Now.AddMonths(1);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    public static IReadOnlyList<Situation> All { get; } =
    [
        new("nobody", (_, _) => Task.CompletedTask, (_, _) => Task.CompletedTask),
        new("a subscription given by hand", (shop, who) => shop.GiveAsync(who, "PRO"), (fake, who) => Give(fake, who, FakeRight.Subscription("PRO")), Days(10_000)),
        new("a subscription given for a time",
            (shop, who) => shop.GiveAsync(who, "PRO", until: Month), (fake, who) => Give(fake, who, FakeRight.Subscription("PRO").Until(Month)), Around(Month)),
        new("a subscription with units, given by hand",
            (shop, who) => shop.GiveAsync(who, "PROPLUS"), (fake, who) => Give(fake, who, FakeRight.Subscription("PROPLUS").Including(100))),
        new("a pass", (shop, who) => shop.GiveAsync(who, "PASS30"), (fake, who) => Give(fake, who, Pass), Around(Now.AddDays(30))),
        new("a pass until an instant",
            (shop, who) => shop.GiveAsync(who, "PASS30", until: Month), (fake, who) => Give(fake, who, Pass.Until(Month)), Around(Month)),
        new("two passes, one after the other",
            async (shop, who) =>
            {
                await shop.GiveAsync(who, "PASS30");
                await shop.GiveAsync(who, "PASS30");
            },
            (fake, who) => Give(fake, who, Pass, Pass), [.. Around(Now.AddDays(30)), .. Around(Now.AddDays(60))]),
        new("a pack", (shop, who) => shop.GiveAsync(who, "PACK100"), (fake, who) => Give(fake, who, FakeRight.UsagePack("PACK100", 100)), Days(10_000)),
        new("a pack with other units and an end",
            (shop, who) => shop.GiveAsync(who, "PACK100", 7, Month), (fake, who) => Give(fake, who, FakeRight.UsagePack("PACK100", 7).Until(Month)), Around(Month)),
        new("a pack that may be used for ten days",
            (shop, who) => shop.GiveAsync(who, "PACK10D"), (fake, who) => Give(fake, who, FakeRight.UsagePack("PACK10D", 100).Lasting(TimeSpan.FromDays(10))), Around(Now.AddDays(10))),
        new("an empty pack beside a pass",
            async (shop, who) =>
            {
                await shop.GiveAsync(who, "PACK100", 1, Month);
                await shop.Client.ConsumeUsageAsync(new() { SubjectRef = who, Units = 1 });
                await shop.GiveAsync(who, "PASS30");
            },
            async (fake, who) =>
            {
                fake.Give(who, FakeRight.UsagePack("PACK100", 1).Until(Month));
                await fake.ConsumeUsageAsync(new() { SubjectRef = who, Units = 1 });
                fake.Give(who, Pass);
            },
            [.. Around(Now.AddDays(30)), .. Around(Month)]),
        Subscribed("active", state => state, right => right.Renewing(Month), [.. Around(Month), .. Around(Month.AddHours(48))]),
        Subscribed("trialing", state => state with { Status = "trialing", TrialStart = Now, TrialEnd = Month }, right => right.Trialing(Month), [.. Around(Month), .. Around(Month.AddHours(1))]),
        Subscribed("canceling", state => state with { CancelAtPeriodEnd = true, CancelAt = Month, CanceledAt = Now }, right => right.Canceling(Month), Around(Month)),
        Subscribed("past_due", state => state with { Status = "past_due" }, right => right.Renewing(Month).PastDue(Now.AddDays(21)), Around(Now.AddDays(21))),
        Subscribed("unpaid", state => state with { Status = "unpaid" }, right => right.Renewing(Month).Unpaid(), Around(Month)),
        Subscribed("paused", state => state with { Status = "paused" }, right => right.Renewing(Month).Paused(), Around(Month)),
        Subscribed("canceled", state => state with { Status = "canceled", EndedAt = Now, CanceledAt = Now }, right => right.Renewing(Month).Canceled(), Around(Month)),
        Bought("PACK100", FakeRight.UsagePack("PACK100", 100), 3),
        Bought("PASS30", Pass, 2, Around(Now.AddDays(60))),
        Bought("PACK10D", FakeRight.UsagePack("PACK10D", 100).Lasting(TimeSpan.FromDays(10)), 2, Around(Now.AddDays(10))),
        Lost("PASS30", Pass.Refunded(), isDispute: false), Lost("PASS30", Pass.Disputed(), isDispute: true),
        Lost("PACK100", FakeRight.UsagePack("PACK100", 100).Refunded(), isDispute: false), Lost("PACK100", FakeRight.UsagePack("PACK100", 100).Disputed(), isDispute: true),
    ];

    private static FakeRight Pass => FakeRight.TimePass("PASS30", TimeSpan.FromDays(30));

    public override string ToString() => Name;

    private static Situation Subscribed(string name, Func<StripeSubscription, StripeSubscription> state, Func<FakeRight, FakeRight> right, params TimeSpan[] later) =>
        new($"a paid subscription: {name}", (shop, who) => shop.SubscribeAsync(who, "PROPLUS", state), (fake, who) => Give(fake, who, right(FakeRight.Subscription("PROPLUS").Including(100))), later);

    private static Situation Bought(string product, FakeRight right, long quantity, params TimeSpan[] later) =>
        new(
            $"{quantity} × {product}, bought",
            (shop, who) => shop.BuyAsync(who, product, quantity),
            async (fake, who) => fake.Sell(right).Pay((await fake.CreateCheckoutAsync(new() { SubjectRef = who, ProductCode = product, Quantity = quantity })).CheckoutUrl),
            later);

    private static Situation Lost(string product, FakeRight right, bool isDispute) =>
        new(
            $"{product}, bought and {(isDispute ? "disputed" : "refunded")}",
            (shop, who) => shop.BuyAndLoseAsync(who, product, isDispute),
            async (fake, who) => fake.Sell(right).Pay((await fake.CreateCheckoutAsync(new() { SubjectRef = who, ProductCode = product })).CheckoutUrl),
            Around(Now.AddDays(30)));

    private static Task Give(FakeLicenzy fake, string who, params FakeRight[] rights)
    {
        fake.Give(who, rights);
        return Task.CompletedTask;
    }

    private static TimeSpan[] Days(int days) => [TimeSpan.FromDays(days)];

    // The last instant before, the instant, and the next.
    private static TimeSpan[] Around(DateTimeOffset at) => [at - Now - Instant, at - Now, at - Now + Instant];
}
