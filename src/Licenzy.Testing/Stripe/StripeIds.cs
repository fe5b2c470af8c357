using System.Security.Cryptography;

namespace Licenzy.Testing;

/// <summary>Ids and secrets in Stripe's forms.</summary>
internal static class StripeIds
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string New(string prefix, int length = 24) => prefix + RandomNumberGenerator.GetString(Base62, length);

    public static string Session(bool livemode) => New(livemode ? "cs_live_a1" : "cs_test_a1", 58);
}
