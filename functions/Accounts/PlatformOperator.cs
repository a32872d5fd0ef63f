namespace ContactRouting.Accounts;

/// <summary>The platform operator, who holds an operator key.</summary>
/// <param name="Name">The key's.</param>
/// <param name="Scopes">What it opens; null for everything.</param>
internal sealed record PlatformOperator(string Name, IReadOnlySet<OperatorScope>? Scopes);
