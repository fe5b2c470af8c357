using System.Security.Cryptography;

namespace Licenzy.Resilience;

internal static class Chance
{
    private static readonly RandomNumberGenerator Source = RandomNumberGenerator.Create();

    /// <summary>0 to 1, so that clients that failed together do not return together.</summary>
    public static double Fraction()
    {
        var bytes = new byte[4];
        Source.GetBytes(bytes);
        return BitConverter.ToUInt32(bytes, 0) / (double)uint.MaxValue;
    }
}
