using ContactRouting.Http;

namespace ContactRouting.GroupRouting;

/// <summary>Stringee's names, our display names: free and repeatable, but there.</summary>
internal static class StringeeNames
{
    public static string? Fault(string name) => string.IsNullOrWhiteSpace(name) ? "is missing." : null;

    public static string RequiredName(this Fields fields) => fields.RequiredText("name", Fault);
}
