using System.Globalization;
using System.Security.Cryptography;

namespace Licenzy.Reliability.Tests.Killed;

/// <summary>How often a server is killed, and what decides when.</summary>
internal static class Rounds
{
    public const string CountVariable = "LICENZY_KILL_ROUNDS";
    public const string SeedVariable = "LICENZY_KILL_SEED";

    public static int Count => Number(CountVariable) ?? 20;

    /// <summary>Repeats the choices of a run, not the moments that the operating system gives them.</summary>
    public static int Seed => Number(SeedVariable) ?? RandomNumberGenerator.GetInt32(int.MaxValue);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
