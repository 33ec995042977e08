namespace Orleans.Runtime;

/// <summary>FNV-1a: the same in every process, so that anything ordered or placed by it is reproducible.</summary>
internal static class StableHash
{
    public static int Of(ReadOnlySpan<char> text)
    {
        unchecked
        {
            uint hash = 2166136261;
            foreach (char c in text)
            {
                hash = (hash ^ c) * 16777619;
            }

            return (int)hash;
        }
    }
}
