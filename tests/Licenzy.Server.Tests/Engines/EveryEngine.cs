using System.Collections;

namespace Licenzy.Server.Tests.Engines;

/// <summary><c>[TestFixtureSource(typeof(EveryEngine))]</c>: the fixture's constructor takes an <see cref="Engine"/> and runs once with each.</summary>
public sealed class EveryEngine : IEnumerable<Engine>
{
    public IEnumerator<Engine> GetEnumerator() => ((IEnumerable<Engine>)Enum.GetValues<Engine>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
