using System.Collections.Concurrent;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>What was asked for between two kills: of a few subjects that everybody wants something from.</summary>
/// <param name="Granted">Each subject's units at the beginning.</param>
/// <param name="Sold">What was paid at Stripe and not told yet.</param>
internal sealed record Round(IReadOnlyDictionary<string, long> Granted, ConcurrentQueue<Delivery> Sold)
{
    public ConcurrentQueue<Operation> Operations { get; } = new();

    /// <summary>What Stripe began to tell.</summary>
    public ConcurrentQueue<Delivery> Deliveries { get; } = new();

    /// <summary>What must be left to a subject once every outcome is known.</summary>
    public long LeftTo(string subject) =>
        Granted[subject] + (PacksOf(subject) * Shop.PackUnits) + Operations.Where(one => one.Subject == subject).Sum(one => one.Moved);

    public int PacksOf(string subject) => Deliveries.Count(one => one.Subject == subject);
}
