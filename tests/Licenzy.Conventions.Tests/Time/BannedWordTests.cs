using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Time;

public sealed class BannedWordTests
{
    // Time is an argument or comes from TimeProvider; chance comes from RandomNumberGenerator; nothing waits by sleeping.
    private static readonly BannedWords ClockAndChance = new(
        @"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b|\bEnvironment\.TickCount(64)?\b|\bnew Random\(|\bRandom\.Shared\b|\bGuid\.NewGuid\b|\bThread\.Sleep\b");

    // A blocked request thread is how a busy server becomes a dead one.
    private static readonly BannedWords Blocking = new(
        @"\.GetAwaiter\(\)\s*\.GetResult\(\)|\.Result;",
        ("src/Licenzy.Server/Storage/SqliteDb.cs", "a finished task, on the database's own thread: anything unfinished is refused before"),
        ("src/Licenzy.AspNetCore/Gating/GatesAtStart.cs", "once, before the host listens: a startup filter cannot wait otherwise"));

    // The rules are pure: they wait for nothing, ask nobody, and are given the instant.
    private static readonly BannedWords Impure = new(@"\b(async|await|(Value)?Task|TimeProvider|interface|RandomNumberGenerator|Stopwatch)\b");

    private static readonly IReadOnlyList<SourceFile> Sources = RepositoryRoot.Sources("src", ".cs", ".razor");

    [Test]
    public void Nothing_reads_the_wall_clock_rolls_dice_or_sleeps() => Assert.That(ClockAndChance.Violations(Sources), Is.Empty);

    [Test]
    public void Nothing_blocks_a_thread_on_a_task() => Assert.That(Blocking.Violations(Sources), Is.Empty);

    [Test]
    public void The_rules_are_pure_functions() => Assert.That(Impure.Violations(RepositoryRoot.Sources("src/Licenzy.Domain", ".cs")), Is.Empty);

    [TestCase("var now = DateTime.UtcNow;")]
    [TestCase("var now = System.DateTimeOffset.Now;")]
    [TestCase("Thread.Sleep(5);")]
    [TestCase("var id = Guid.NewGuid();")]
    [TestCase("var now = $\"{1}\" + DateTime.Today;")]
    public void A_look_at_the_clock_is_found(string text) =>
        Assert.That(ClockAndChance.Violations([new("src/A.cs", $"// one\n{text}")]), Has.Count.EqualTo(1).And.Some.StartsWith("src/A.cs:2:"));

    [TestCase("return task.GetAwaiter().GetResult();")]
    [TestCase("var answer = client.GetAsync(url).Result;")]
    public void A_blocked_thread_is_found(string text) => Assert.That(Blocking.Violations([new("src/A.cs", text)]), Has.Exactly(1).StartsWith("src/A.cs:1:"));

    [TestCase("public async Task<int> A()", 2)]
    [TestCase("public interface IClock;", 1)]
    [TestCase("int A(TimeProvider clock)", 1)]
    [TestCase("// a Task of the caller's\nint TaskCount(Instant now)", 0)]
    public void An_impure_rule_is_found(string text, int found) => Assert.That(Impure.Violations([new("src/A.cs", text)]), Has.Count.EqualTo(found));

    [Test]
    public void An_exception_covers_its_file_and_ends_with_its_cause()
    {
        var words = new BannedWords("Sleep", ("src/A.cs", "the operating system's own thread"));

        Assert.That(words.Violations([new("src/A.cs", "Sleep")]), Is.Empty);
        Assert.That(words.Violations([new("src/A.cs", "Wake")]), Has.Count.EqualTo(1));
    }

    [TestCase("P:System.DateTime.UtcNow")]
    [TestCase("P:System.DateTime.Now")]
    [TestCase("P:System.DateTime.Today")]
    [TestCase("P:System.DateTimeOffset.UtcNow")]
    [TestCase("P:System.DateTimeOffset.Now")]
    [TestCase("M:System.Threading.Thread.Sleep(System.Int32)")]
    [TestCase("M:System.Threading.Thread.Sleep(System.TimeSpan)")]
    [TestCase("M:System.Guid.NewGuid")]
    [TestCase("T:System.Random")]
    public void The_compiler_refuses_it_too(string symbol) =>
        Assert.That(RepositoryRoot.Read("BannedSymbols.txt").Split('\n').Select(line => line.Split(';')[0]), Does.Contain(symbol));
}
