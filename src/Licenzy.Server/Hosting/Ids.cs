using System.Security.Cryptography;

namespace Licenzy.Server.Hosting;

/// <summary>Ids: a prefix and a ULID. They sort by the time they were made, within one process strictly.</summary>
internal sealed class Ids(TimeProvider clock)
{
    private const string Base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private readonly Lock _gate = new();
    private long _lastMillis;
    private UInt128 _lastRandom;

    public string New(string prefix) => $"{prefix}_{Ulid()}";

    /// <summary>26 characters: 48 bits of milliseconds, 80 random bits.</summary>
    public string Ulid()
    {
        UInt128 value;
        lock (_gate)
        {
            var millis = clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (millis > _lastMillis)
            {
                _lastMillis = millis;
                _lastRandom = Random80();
            }
            else
            {
                // Same millisecond, or a clock set back: count on, so that order holds.
                _lastRandom++;
            }

            value = ((UInt128)(ulong)_lastMillis << 80) | _lastRandom;
        }

        return string.Create(26, value, static (text, rest) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, rest >>= 5)
            {
                text[i] = Base32[(int)(rest & 31)];
            }
        });
    }

    private static UInt128 Random80()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        // The top bit stays free, so that counting on cannot overflow.
        bytes[6] &= 0x7F;
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
