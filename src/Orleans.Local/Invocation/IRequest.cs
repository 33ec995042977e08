namespace Orleans.Runtime;

/// <summary>
/// One call: its arguments, and how to apply them to a grain. Implementations are emitted as structs, one per method, so that the inline
/// path is compiled for that very method and allocates nothing; only a call that has to wait is boxed, inside its <see
/// cref="Call{TResult}"/>.
/// </summary>
internal interface IRequest<TResult>
{
    /// <summary>The token among the arguments, if the method takes one.</summary>
    CancellationToken Token { get; }

    ValueTask<TResult> Invoke(object grain);
}

/// <summary>The result of a method without one.</summary>
internal readonly struct Nothing;
