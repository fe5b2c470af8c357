using System.Globalization;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>What a run came to, for whoever reads its output.</summary>
internal sealed class Tally
{
    private readonly List<TimeSpan> _ready = [];
    private int _rounds;
    private int _acknowledged;
    private int _unknown;
    private int _doneUnheard;
    private int _told;
    private int _toldAgain;

    /// <summary>Of a run without either, nothing can be learnt.</summary>
    public bool HasBoth => _acknowledged > 0 && _unknown > 0;

    public void ReadyAfter(TimeSpan time) => _ready.Add(time);

    /// <summary>Before Stripe comes again.</summary>
    public void Killed(Round round)
    {
        _rounds++;
        _told += round.Deliveries.Count;
        _toldAgain += round.Deliveries.Count(one => !one.IsAcknowledged);
    }

    public void Settled(Round round)
    {
        _acknowledged += round.Operations.Count(one => one.IsAcknowledged);
        _unknown += round.Operations.Count(one => !one.IsAcknowledged);
        _doneUnheard += round.Operations.Count(one => one.WasDoneUnheard);
    }

    public override string ToString()
    {
        var sorted = _ready.Order().ToList();
        var (median, longest) = sorted.Count == 0 ? default : (sorted[sorted.Count / 2].TotalSeconds, sorted[^1].TotalSeconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_rounds} kills: {_acknowledged} operations acknowledged, {_unknown} of unknown outcome ({_doneUnheard} of them had been done), "
            + $"{_told} purchases told, {_toldAgain} of them again; ready again after {median:0.00} s (median), {longest:0.00} s (longest)");
    }
}
