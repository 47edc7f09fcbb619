# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: mailsim
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   mailsim:
#     lang: ja
# ---

# %% [markdown]
# # 台風の朝、休校メールは7時までに全家庭へ届きますか
#
# 6時40分、学校は休校を決めました。6時45分に、学校の小さなメールサーバーから、全家庭へ一度にメールを送ります。
# 15分後には、早い生徒が家を出てしまいます。
#
# 100家庭なら簡単そうです。では、100万家庭ならどうでしょうか。
#
# *ここで起きることは、すべてシミュレーションの中だけのことです。実際のメールは1通も送信しません。*

# %% [markdown] tags=["teacher"]
# <details><summary><b>先生へ：50分の授業案</b></summary>
#
# | 分 | 内容 | セル |
# |---|---|---|
# | 5 | 問いを示し、最初の考えを挙手で集めます。 | 問い |
# | 5 | 実行する前に、一人ひとりが4つの予想を書きます。 | 1、2 |
# | 15 | 二人組で実行します。100、1,000、10,000、100,000、1,000,000通。1回は10秒以内です。 | 3 |
# | 5 | 予想と結果を並べて、驚いたことを話し合います。 | 4 |
# | 12 | 演習：手計算で上限を求めます。3つの提案を比べます。 | 5、6 |
# | 8 | 振り返りを書き、ファイルを提出します。 | 7 |
#
# ねらい（情報I「モデル化とシミュレーション」）：モデルの結果を手計算と比べて確かめます。また、手紙が「待っている場所」と、
# 手紙を「止めているもの」を区別します。驚きは2つあります。1万通までは、数を増やしても結果が変わりません。その先で手紙を
# 止めるのは学校のサーバーではなく、サーバーを速くすると、かえって少し悪くなります。
#
# 携帯電話会社とウェブメールの数値は仮定です。どの会社も制限の値を公表していないためです（`mailsim explain
# mobile_carrier_like` で一覧を見られます）。モデルは `scenarios/typhoon_morning.yaml` にあります。Jupyterがない教室では、同じ授業を
# ブラウザだけで動く1つのページにできます：`mailsim sweep scenarios/typhoon_morning.yaml --grid
# letters.closure.count=100,1000,10000,100000 --out page.html --lang ja`
#
# </details>

# %%
from sim import learn

lesson = learn.start("06_one_hundred_or_a_million")

# %% [markdown]
# ## 1. あなたについて

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. まず予想しましょう
#
# はずれた予想にも、当たった予想と同じ価値があります。自分の考え（モデル）のどこが違っていたのかが分かるからです。

# %%
lesson.predict(arrived_at_1000=None, arrived_at_100000=None, arrived_at_1000000=None, stopped_by=None)

# %% [markdown]
# ## 3. 実行しましょう
#
# スライダーで手紙の数を選び、その下のセルを実行します。5つの数すべてで試しましょう。

# %%
lesson.slider()

# %%
lesson.run()

# %% [markdown]
# ## 4. 驚いたことは何ですか
#
# - 100通から1万通まで：何が変わり、何が変わりませんか。最後まで届かない2 %は、どんな家庭ですか。
# - 10万通：学校のサーバーが最後の1通を受け取ったのは何時ですか（破線）。そのあと、手紙は何を待っていますか。
# - 1万通：グラフに平らなところがあるのは、なぜでしょうか。

# %%
lesson.compare()

# %% [markdown]
# ## 5. 演習：手計算で上限を求める
#
# 携帯電話会社は、1つの送信元から最初の1,000通をすぐに受け取り、その後は1秒に45通ずつ受け取ります。10万通のうち
# 55,000通が、この会社の利用者あてです。学校がどんなに速くても、7時までに受け取れるのは**最大で**何通でしょうか。

# %%
taken_at_most = 0

# %% tags=["solution"] jupyter={"source_hidden": true}
taken_at_most = 1000 + 45 * 15 * 60
taken_at_most, taken_at_most / 55_000

# %% [markdown]
# <details><summary>解答と、その意味</summary>
#
# 1,000 + 45 × 900 = 41,500通で、75 %です。シミュレーションでは73 %で、これより少し少なくなります。足りない分は説明できます。
# 窓口を通ったあとで、宛先がない、または本人が受信を断っているとわかった手紙が約1,300通ありました。その1通ごとに、ほかの手紙が
# 使えたはずの順番を1つ使っています。手計算の上限を超えず、足りない分も説明できることは、モデルを信頼してよい理由の1つになります。
#
# </details>

# %% [markdown]
# ## 6. 演習：3つの提案
#
# 10万通の場合を考えます。(a) 処理に時間がかからない、とても速いサーバーを買う。(b) 断られた手紙を、5分ごとではなく1分ごとに
# 再送する。(c) 休校を5分早く決める。いちばん効果があるのはどれでしょうか。予想を書いてから試しましょう。まず (a) です。

# %%
lesson.run("senders.school.host=instant", letters=100_000)

# %% [markdown]
# 次は (b) と (c) です。(b) では `senders.school.postconf.minimal_backoff_time=60s` と
# `senders.school.postconf.queue_run_delay=60s` の2つを、(c) では `letters.closure.at=0 s` を書きます。2つ書くときは、間をコンマで区切ります。

# %%
lesson.run("senders.school.host=instant", letters=100_000)

# %% tags=["solution"] jupyter={"source_hidden": true}
sooner = ["senders.school.postconf.minimal_backoff_time=60s", "senders.school.postconf.queue_run_delay=60s"]
lesson.run(*sooner, letters=100_000)

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run("letters.closure.at=0 s", letters=100_000)

# %% [markdown]
# <details><summary>解答と、その意味</summary>
#
# (a) は、かえって少し**悪く**なります。手紙がもっと速く窓口に着くので、「後で来てください」と断られる手紙が増え、その1通1通が
# 5分待つことになるからです。(b) はほとんど変わりません。何度も行けば、断られる回数が増えます。いちばん効果があるのは (c) です。
# 受け取る側の制限で止まるときに必要なのは、速さではなく時間です。100万通では、多くの手紙が学校のサーバーの手前で待っています。
# しかし、そこで (a) を試しても、届く手紙は増えません。手紙が待っている場所と、手紙を止めているものは、同じとは限らないのです。
#
# </details>

# %% [markdown]
# ## 7. 振り返り

# %%
lesson.exit_ticket(stops="", helps="")

# %% [markdown]
# 最後のセルは、予想と実行結果と答えを1つのファイルに書きます。Excelで開けます。

# %%
lesson.hand_in()
