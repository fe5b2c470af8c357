using System.Runtime.CompilerServices;
using System.Text;

namespace Licenzy.Domain;

/// <summary>The wire words of enumerations: <c>PastDue</c> is <c>past_due</c>, on the wire and in the database alike.</summary>
public static class Words
{
    /// <summary>The word of a value.</summary>
    public static string ToWord<T>(this T value)
        where T : struct, Enum => Table<T>.ByValue[Unsafe.As<T, int>(ref value)];

    /// <summary>The value of a word that this code wrote itself; an unknown word is a defect and throws.</summary>
    public static T Parse<T>(string word)
        where T : struct, Enum => Table<T>.Of(Table<T>.ByWord[word]);

    /// <summary>The value of a word that came from outside, or <see langword="null"/> if there is none such.</summary>
    public static T? Find<T>(string? word)
        where T : struct, Enum => word is not null && Table<T>.ByWord.TryGetValue(word, out var value) ? Table<T>.Of(value) : null;

    /// <summary>Every word of an enumeration, in its order, for messages that list the choices.</summary>
    public static string List<T>()
        where T : struct, Enum => string.Join(", ", Table<T>.ByValue);

    private static string[] WordsOf(Type type)
    {
        var values = Enum.GetValuesAsUnderlyingType(type) as int[];
        for (var at = 0; at < values?.Length; at++)
        {
            values = values[at] == at ? values : null;
        }

        return values is not null ? Array.ConvertAll(Enum.GetNames(type), SnakeCase)
            : throw new InvalidOperationException($"{type.Name} has words, so its values are int and count from 0 without gaps.");
    }

    private static Dictionary<string, int> Numbered(string[] words)
    {
        var numbered = new Dictionary<string, int>(words.Length, StringComparer.Ordinal);
        for (var at = 0; at < words.Length; at++)
        {
            numbered.Add(words[at], at);
        }

        return numbered;
    }

    private static string SnakeCase(string name)
    {
        var word = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }

    // Arrays and numbers: what is generic over an enumeration is compiled again for each of them, at the start of every process.
    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly string[] ByValue = WordsOf(typeof(T));
        public static readonly Dictionary<string, int> ByWord = Numbered(ByValue);

        public static T Of(int value) => Unsafe.As<int, T>(ref value);
    }
}
