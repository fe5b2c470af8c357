using System.Collections.Frozen;
using System.Text;

namespace Licenzy.Domain;

/// <summary>The wire words of enumerations: <c>PastDue</c> is <c>past_due</c>, on the wire and in the database alike.</summary>
public static class Words
{
    /// <summary>The word of a value.</summary>
    public static string ToWord<T>(this T value)
        where T : struct, Enum => Table<T>.ByValue[value];

    /// <summary>The value of a word that this code wrote itself; an unknown word is a defect and throws.</summary>
    public static T Parse<T>(string word)
        where T : struct, Enum => Table<T>.ByWord[word];

    /// <summary>The value of a word that came from outside, or <see langword="null"/> if there is none such.</summary>
    public static T? Find<T>(string? word)
        where T : struct, Enum => word is not null && Table<T>.ByWord.TryGetValue(word, out var value) ? value : null;

    /// <summary>Every word of an enumeration, in its order, for messages that list the choices.</summary>
    public static string List<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(ToWord));

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue = Enum.GetValues<T>().ToFrozenDictionary(value => value, SnakeCase);
        public static readonly FrozenDictionary<string, T> ByWord = ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        private static string SnakeCase(T value)
        {
            var word = new StringBuilder();
            foreach (var letter in value.ToString())
            {
                if (char.IsUpper(letter) && word.Length > 0)
                {
                    word.Append('_');
                }

                word.Append(char.ToLowerInvariant(letter));
            }

            return word.ToString();
        }
    }
}
