namespace Orleans.Streams;

/// <summary>Subscribing by delegates.</summary>
public static class AsyncObservableExtensions
{
    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs, Func<T, StreamSequenceToken?, Task> onNextAsync) =>
        SubscribeTo(obs, onNextAsync, null, null);

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs, Func<T, StreamSequenceToken?, Task> onNextAsync, Func<Exception, Task> onErrorAsync) =>
        SubscribeTo(obs, onNextAsync, onErrorAsync, null);

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs, Func<T, StreamSequenceToken?, Task> onNextAsync, Func<Task> onCompletedAsync) =>
        SubscribeTo(obs, onNextAsync, null, onCompletedAsync);

    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(
        this IAsyncObservable<T> obs,
        Func<T, StreamSequenceToken?, Task> onNextAsync,
        Func<Exception, Task> onErrorAsync,
        Func<Task> onCompletedAsync) => SubscribeTo(obs, onNextAsync, onErrorAsync, onCompletedAsync);

    private static Task<StreamSubscriptionHandle<T>> SubscribeTo<T>(
        IAsyncObservable<T> obs, Func<T, StreamSequenceToken?, Task> next, Func<Exception, Task>? error, Func<Task>? completed)
    {
        ArgumentNullException.ThrowIfNull(obs);
        return obs.SubscribeAsync(new DelegateObserver<T>(next, error, completed));
    }
}

/// <summary>Resuming by delegates.</summary>
public static class StreamSubscriptionHandleExtensions
{
    public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
        this StreamSubscriptionHandle<T> handle, Func<T, StreamSequenceToken?, Task> onNextAsync, StreamSequenceToken? token = null) =>
        ResumeWith(handle, onNextAsync, null, token);

    public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
        this StreamSubscriptionHandle<T> handle,
        Func<T, StreamSequenceToken?, Task> onNextAsync,
        Func<Exception, Task> onErrorAsync,
        StreamSequenceToken? token = null) => ResumeWith(handle, onNextAsync, onErrorAsync, token);

    private static Task<StreamSubscriptionHandle<T>> ResumeWith<T>(
        StreamSubscriptionHandle<T> handle,
        Func<T, StreamSequenceToken?, Task> next,
        Func<Exception, Task>? error,
        StreamSequenceToken? token)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.ResumeAsync(new DelegateObserver<T>(next, error, null), token);
    }
}

internal sealed class DelegateObserver<T> : IAsyncObserver<T>
{
    private readonly Func<T, StreamSequenceToken?, Task> next;
    private readonly Func<Exception, Task>? error;
    private readonly Func<Task>? completed;

    public DelegateObserver(Func<T, StreamSequenceToken?, Task> next, Func<Exception, Task>? error, Func<Task>? completed)
    {
        ArgumentNullException.ThrowIfNull(next);
        this.next = next;
        this.error = error;
        this.completed = completed;
    }

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => next(item, token);

    public Task OnErrorAsync(Exception ex) => error?.Invoke(ex) ?? Task.CompletedTask;

    public Task OnCompletedAsync() => completed?.Invoke() ?? Task.CompletedTask;
}
