using Licenzy.Server.Storage;

namespace Licenzy.Reliability.Tests.Connections;

/// <summary>Who may still ask a PostgreSQL that says nothing.</summary>
public sealed class PostgresSilenceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5.1);

    private readonly Stopped _clock = new();
    private PostgresSilence _silence = null!;

    [SetUp]
    public void Begin() => _silence = new PostgresSilence(_clock);

    [Test]
    public void One_a_second_finds_out_after_a_long_silence_and_its_answer_opens_the_way()
    {
        _silence.Enter();
        _clock.Advance(Long);

        _silence.Enter();
        Assert.That(_silence.Enter, Throws.TypeOf<StorageUnavailableException>());
        _clock.Advance(TimeSpan.FromSeconds(1));
        _silence.Enter();
        Assert.That(_silence.Enter, Throws.TypeOf<StorageUnavailableException>());

        _silence.Leave(isAnswered: true);
        Assert.That(_silence.Enter, Throws.Nothing);
        Assert.That(_silence.Enter, Throws.Nothing);
    }

    [Test]
    public void A_silence_goes_on_when_the_last_who_waited_gives_up_or_hangs_up()
    {
        _silence.Enter();
        _silence.Leave(isAnswered: false);
        _silence.Enter();
        _silence.Leave(isAnswered: null);
        _clock.Advance(Long);

        Assert.That(_silence.Lasts, Is.EqualTo(Long));
        _silence.Enter();
        Assert.That(_silence.Enter, Throws.TypeOf<StorageUnavailableException>());
    }

    [Test]
    public void Where_nobody_asks_nothing_is_silent()
    {
        _silence.Enter();
        _silence.Leave(isAnswered: true);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.That((_silence.Waiting, _silence.Lasts), Is.EqualTo((0, TimeSpan.Zero)));
        _silence.Enter();
        Assert.That(_silence.Enter, Throws.Nothing);
    }

    private sealed class Stopped : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
