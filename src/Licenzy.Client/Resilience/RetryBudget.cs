namespace Licenzy.Resilience;

/// <summary>
/// Retries cost what calls earn: a few at any time, and in the long run one to ten calls. A server that always fails
/// is asked a tenth more often than without retries, not four times as often.
/// </summary>
internal sealed class RetryBudget
{
    // Tenths of a retry, so that the sum is exact.
    private const int Price = 10;
    private const int Most = 10 * Price;
    private readonly object _gate = new();
    private int _saved = Most;

    public void Earn()
    {
        lock (_gate)
            _saved = Math.Min(Most, _saved + 1);
    }

    public bool TrySpend()
    {
        lock (_gate)
        {
            if (_saved < Price)
                return false;
            _saved -= Price;
            return true;
        }
    }
}
